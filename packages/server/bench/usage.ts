// What a busy key's usage takes to read: an account whose keys were used all year, one of them by many routes and
// clients and with a machine always running, and every figure of it written as the server writes it.
import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Database } from '../src/db/schema.ts';
import { startServer } from '../src/testing/server.ts';
import { Latency } from '../src/usage/latency.ts';
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS, STEP_SECONDS, stepStart } from '../src/usage/steps.ts';
import type { Subject } from '../src/usage/subject.ts';
import { SubjectIds } from '../src/usage/subject-ids.ts';
import { percentiles, serveRounds } from './rounds.ts';

const BUSY = { routes: 40, clients: 20 };
const OTHERS = { keys: 300, routes: 4, clients: 2 };
const DAYS = 365;

const ends: (() => unknown)[] = [];
const server = await startServer({ after: (end: () => unknown) => void ends.push(end) } as never);
const { db } = server.deps;
const ada = await server.person('Ada');
const key = await ada.key();
const nowSeconds = server.world.now() / 1000;
const today = stepStart(nowSeconds, DAY_SECONDS);
const hour = stepStart(nowSeconds, HOUR_SECONDS);
const block = stepStart(today, STEP_SECONDS.block);

const ids = new SubjectIds();
const rows = { usage_minute: 0, usage_hour: 0, usage_day: 0, usage_block: 0 };
await fill(key.id, BUSY, true);
for (let n = 0; n < OTHERS.keys; n++) await fill(1_000_000 + n, OTHERS, false);
await db.updateTable('usage_rolled').set({ until: hour }).where('step', '=', 'hour').execute();
await db.updateTable('usage_rolled').set({ until: today }).where('step', '=', 'day').execute();
await db.updateTable('usage_rolled').set({ until: block }).where('step', '=', 'block').execute();
await db.transaction().execute(async (trx) => {
  for (let at = hour - DAYS * DAY_SECONDS; at < hour; at += HOUR_SECONDS) {
    const name = new Date(at * 1000).toISOString().slice(0, 13);
    await trx
      .insertInto('usage_machine_hour')
      .values({
        account_id: ada.accountId,
        api_key_id: key.id,
        hour: name,
        environment: '',
        vm_ms: 3_600_000,
      })
      .execute();
  }
});

async function fill(keyId: number, size: typeof BUSY, isFine: boolean): Promise<void> {
  // Connections that were closed meanwhile are to be noticed.
  await setImmediate();
  const base = { accountId: ada.accountId, keyId, environment: '', vmId: '', route: '', client: '' };
  const subjects: Subject[] = [{ ...base, kind: 'key' }];
  for (let n = 0; n < size.routes; n++)
    subjects.push({ ...base, kind: 'key_route', route: `GET /v1/things/${n}` });
  for (let n = 0; n < size.clients; n++)
    subjects.push({ ...base, kind: 'key_client', client: `tool-${n}/1` });
  await db.transaction().execute(async (trx) => {
    const made = new Map<string, number>();
    for (const [n, subject] of subjects.entries()) {
      const id = await ids.idOf(trx, subject, made);
      await insert(trx, 'usage_day', id, today - DAYS * DAY_SECONDS, today, DAY_SECONDS, n);
      await insert(trx, 'usage_block', id, block - 12 * STEP_SECONDS.block, block, STEP_SECONDS.block, n);
      if (!isFine) continue;
      await insert(trx, 'usage_hour', id, hour - 90 * DAY_SECONDS, hour, HOUR_SECONDS, n);
      await insert(trx, 'usage_minute', id, hour - 2 * DAY_SECONDS, nowSeconds, MINUTE_SECONDS, n);
    }
  });
}

async function insert(
  trx: Kysely<Database>,
  table: keyof typeof rows,
  id: number,
  from: number,
  to: number,
  step: number,
  n: number,
): Promise<void> {
  const latency = new Latency();
  for (let i = 0; i < 200; i++) latency.add(1 + ((i * i + n) % 600) / 4);
  const counts = { requests: 200, errors: 2, limited: 1, bytes_in: 50_000, bytes_out: 90_000, executions: 3 };
  for (let at = from; at < to; at += step) {
    const row = { subject_id: id, at, ...counts, latency: latency.encode() };
    if (table === 'usage_minute')
      await trx
        .insertInto(table)
        .values({ ...row, batch: 1 })
        .execute();
    else await trx.insertInto(table).values(row).execute();
    rows[table]++;
  }
}

serveRounds(
  {
    /** Over HTTP, one after the other; client and server share the process. */
    async page({ path, calls }: { path: string; calls: number }) {
      const times = new Float64Array(calls);
      const before = process.cpuUsage();
      for (let i = 0; i < calls; i++) {
        const started = performance.now();
        const { status, text } = await server.ask('GET', path, { key: key.text });
        times[i] = performance.now() - started;
        if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
      }
      const { user, system } = process.cpuUsage(before);
      return { ...percentiles(times), cpu_us: (user + system) / calls };
    },
  },
  async () => {
    for (const end of ends.reverse()) await end();
    rmSync(server.dataDir, { recursive: true, force: true });
  },
);
process.send!({ keyId: key.id, rows });
