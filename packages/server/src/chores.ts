import type { Deps } from './deps.ts';
import { reconcile, sweepExpired } from './vms/reconcile.ts';

const SWEEP_EVERY_MS = 1000;
const RECONCILE_EVERY_MS = 5000;
const FLUSH_EVERY_MS = 2000;

/** What the server does by itself, each in its own rhythm and never twice at once. */
export async function startChores(deps: Deps): Promise<{ stop(): Promise<void> }> {
  await reconcile(deps, { atStart: true });
  const chores = [
    every(SWEEP_EVERY_MS, 'sweep', async () => {
      await sweepExpired(deps);
      await deps.engine.sweep(deps.now());
    }),
    every(RECONCILE_EVERY_MS, 'reconcile', () => reconcile(deps, { atStart: false })),
    every(FLUSH_EVERY_MS, 'flush of last uses', () => deps.lastUsed.flush(deps.db)),
  ];
  return {
    async stop() {
      for (const chore of chores) await chore.stop();
      await deps.lastUsed.flush(deps.db);
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
