import { EventReader } from './audit/event-reader.ts';
import type { Deps } from './deps.ts';
import { forgetRepeatedAnswers } from './http/repeated-store.ts';
import { announceKeys } from './keys/announce.ts';
import { endDueKeys } from './keys/due.ts';
import { forgetSealedAnswers } from './keys/sealed-answer.ts';
import { sendDueMail } from './mail/postman.ts';
import { sweepClosedAccounts } from './vms/closed-accounts.ts';
import { reconcile, sweepExpired } from './vms/reconcile.ts';
import { sweepDeliveries } from './webhooks/retention.ts';

const SWEEP_EVERY_MS = 1000;
const RECONCILE_EVERY_MS = 5000;
const KEY_USES_EVERY_MS = 5000;
const MACHINE_USES_EVERY_MS = 2000;
const REFUSALS_EVERY_MS = 10_000;
const FOLLOW_EVERY_MS = 1000;
const KEY_ENDS_EVERY_MS = 1000;
const FORGET_EVERY_MS = 60_000;
const REWRAP_EVERY_MS = 1000;
const ANNOUNCE_EVERY_MS = 60_000;
const MAIL_EVERY_MS = 2000;
const WATCH_EVERY_MS = 1000;
const PROFILES_EVERY_MS = 5000;
const USAGE_EVERY_MS = 7000;
const ROLL_UP_EVERY_MS = 60_000;
const WEBHOOKS_EVERY_MS = 200;

/** An event may go to many endpoints, and requests are to be answered in between. */
const WEBHOOK_EVENTS_AT_ONCE = 25;

/** What the server does by itself, each in its own rhythm and never twice at once. */
export async function startChores(deps: Deps): Promise<{ stop(): Promise<void> }> {
  await sweepClosedAccounts(deps);
  await reconcile(deps, { atStart: true });
  await deps.webhooks.dispatcher.start();
  const chores = [
    every(SWEEP_EVERY_MS, 'sweep', async () => {
      await sweepClosedAccounts(deps);
      await sweepExpired(deps);
      await deps.engine.sweep(deps.now());
    }),
    every(RECONCILE_EVERY_MS, 'reconcile', () => reconcile(deps, { atStart: false })),
    every(FOLLOW_EVERY_MS, 'following the feed', () => deps.feed.catchUp()),
    every(KEY_ENDS_EVERY_MS, 'ending of keys', () => endDueKeys(deps)),
    every(FORGET_EVERY_MS, 'forgetting of kept answers', async () => {
      const at = new Date(deps.now()).toISOString();
      await forgetSealedAnswers(deps.db, at);
      await forgetRepeatedAnswers(deps.db, at);
    }),
    every(REFUSALS_EVERY_MS, 'writing of refusals', () => deps.refusals.flush(deps.db, deps.now())),
    every(KEY_USES_EVERY_MS, "writing of keys' last uses", () => deps.lastUsed.flush(deps.db)),
    every(MACHINE_USES_EVERY_MS, "writing of machines' last uses", () => deps.uses.flush(deps.db)),
    every(WATCH_EVERY_MS, 'watching of keys', () => deps.watch.look()),
    every(PROFILES_EVERY_MS, 'writing of what is usual for keys', () => deps.watch.flush()),
    every(ROLL_UP_EVERY_MS, 'forgetting of what was usual for ended keys', () => deps.watch.forget()),
    every(USAGE_EVERY_MS, 'writing of usage', () => deps.usage.flush()),
    every(ROLL_UP_EVERY_MS, 'rolling up of usage', () => deps.usage.keepUp()),
    every(ANNOUNCE_EVERY_MS, 'announcing of keys that end', () => announceKeys(deps)),
    ...mailChores(deps).map((work) => every(MAIL_EVERY_MS, 'sending of mail', work)),
    every(WEBHOOKS_EVERY_MS, 'sending of webhooks', webhookChore(deps)),
    every(FORGET_EVERY_MS, 'forgetting of deliveries', () => sweepDeliveries(deps.db, deps.now())),
    every(REWRAP_EVERY_MS, 'moving keys to the current pepper', () => deps.rewraps.flush()),
  ];
  return {
    async stop() {
      for (const chore of chores) await chore.stop();
      await deps.webhooks.dispatcher.stop();
      await deps.lastUsed.flush(deps.db);
      await deps.uses.flush(deps.db);
      await deps.usage.flush();
      await deps.watch.look();
      await deps.watch.flush();
      await deps.rewraps.flush();
    },
  };

  function every(intervalMs: number, name: string, work: () => Promise<unknown>) {
    let running: Promise<unknown> | null = null;
    const timer = setInterval(() => {
      running ??= work()
        .catch((error: unknown) => deps.log.error({ err: error }, `${name} failed; it is tried again`))
        .finally(() => {
          running = null;
        });
    }, intervalMs);
    return {
      async stop() {
        clearInterval(timer);
        await running;
      },
    };
  }
}

function mailChores({ mail, ...deps }: Deps): (() => Promise<unknown>)[] {
  if (!mail) return [];
  const reader = new EventReader({ db: deps.db, name: 'mail', handle: mail.fromEvents });
  return [() => reader.catchUp(), () => sendDueMail({ ...deps, send: mail.transport.send })];
}

function webhookChore({ db, webhooks: { fanOut, dispatcher } }: Deps): () => Promise<void> {
  const reader = new EventReader({
    ...{ db, name: 'webhooks', atOnce: WEBHOOK_EVENTS_AT_ONCE },
    handle: fanOut.handle,
  });
  return async () => {
    await reader.catchUp();
    fanOut.tellWoken();
    dispatcher.tick();
  };
}
