// Delivers events to a receiver on this machine: the real dispatcher on a database of its own. Argument: the data
// folder. A round records the events and waits until all deliveries of them are recorded as succeeded.
import { join } from 'node:path';
import { pino } from 'pino';
import { startChores } from '../src/chores.ts';
import { parseConfig } from '../src/config.ts';
import { openCore } from '../src/core.ts';
import { DATABASE_FILE } from '../src/data-folder.ts';
import { startCheckpoints } from '../src/db/checkpoints.ts';
import { recordChange } from '../src/db/feed.ts';
import { mutate } from '../src/db/mutation.ts';
import { buildDeps } from '../src/deps.ts';
import { serveRounds } from './rounds.ts';
import { operator, world } from './seed.ts';

interface Deliver {
  url: string;
  endpoints: number;
  events: number;
  /** Events are shared out among so many machines, each of which is in order; 0: they concern none. */
  machines: number;
}

const [dataDir] = process.argv.slice(2) as [string];
const parsed = parseConfig(['--port', '0', '--data-dir', dataDir], {
  INSTAVM_VM_DRIVER: 'fake',
  INSTAVM_WEBHOOK_ALLOW: '127.0.0.1',
});
if (!parsed.ok) throw new Error(parsed.problems.join(' '));
const core = await openCore(dataDir, world);
const { db } = core;
const checkpoints = await startCheckpoints(db, join(dataDir, DATABASE_FILE), (error) => {
  throw error;
});
const deps = await buildDeps(parsed.value, core, world, pino({ level: 'silent' }));
const chores = await startChores(deps);
const { id: accountId } = await db.selectFrom('account').select('id').executeTakeFirstOrThrow();
const { endpoints } = deps.webhooks;
const by = { actor: operator, principal: { accountId, environment: null } };

serveRounds(
  {
    async deliver({ url, endpoints: count, events, machines }: Deliver) {
      const made = [];
      for (let n = 0; n < count; n++) {
        const settings = { url, event_patterns: ['vm.*'], timeout_seconds: 30 };
        made.push((await endpoints.create(by, settings)).row.id);
      }
      const before = await succeeded();
      const cpuBefore = process.cpuUsage();
      const started = performance.now();
      await Promise.all(Array.from({ length: events }, (_, n) => recordOne(n, machines)));
      const recorded = performance.now();
      while ((await succeeded()) < before + count * events) await pause(5);
      const seconds = (performance.now() - started) / 1000;
      const { user, system } = process.cpuUsage(cpuBefore);
      for (const id of made) await endpoints.delete(by, id);
      return {
        per_second: (count * events) / seconds,
        record_seconds: (recorded - started) / 1000,
        cpu_us: (user + system) / (count * events),
      };
    },
  },
  async () => {
    await chores.stop();
    await deps.engine.close();
    await checkpoints.stop();
    await core.close();
  },
);
process.send!({});

async function recordOne(n: number, machines: number): Promise<void> {
  const at = new Date(world.now()).toISOString();
  await mutate(db, operator, at, (trx) =>
    recordChange(trx, at, operator, {
      accountId,
      event: 'vm.terminated',
      resourceType: machines === 0 ? 'bench' : 'vm',
      resourceId: `vm_${n % Math.max(1, machines)}`,
      payload: { reason: 'deleted', lifetime_seconds: 60 },
    }),
  );
}

async function succeeded(): Promise<number> {
  const { count } = await db
    .selectFrom('webhook_delivery')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', 'succeeded')
    .where('settled_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
