// What a busy key's usage takes to read: an account whose keys were used all year, one of them by many routes and
// clients and with a machine always running, and every figure of it written as the server writes it.
import { rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { startServer } from '../src/testing/server.ts';
import { addKeyTimes } from '../src/usage/key-times.ts';
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

const LATENCIES = Array.from({ length: 8 }, (_, n) => {
  const latency = new Latency();
  for (let i = 0; i < 200; i++) latency.add(1 + ((i * i + n) % 600) / 4);
  return latency.encode();
});

const rows = { usage_minute: 0, usage_hour: 0, usage_day: 0, usage_block: 0 };
const busy = await subjectsOf(key.id, BUSY);
const others: number[] = [];
for (let n = 0; n < OTHERS.keys; n++) others.push(...(await subjectsOf(1_000_000 + n, OTHERS)));
// In the order of time, as they come.
await fill('usage_block', [...busy, ...others], block - 12 * STEP_SECONDS.block, block, STEP_SECONDS.block);
await fill('usage_day', [...busy, ...others], today - DAYS * DAY_SECONDS, today, DAY_SECONDS);
await fill('usage_hour', busy, hour - 90 * DAY_SECONDS, hour, HOUR_SECONDS);
await fill('usage_minute', busy, hour - 2 * DAY_SECONDS, nowSeconds, MINUTE_SECONDS);
for (const [step, until] of Object.entries({ hour, day: today, block })) {
  await db
    .updateTable('usage_rolled')
    .set({ until })
    .where('step', '=', step as 'hour')
    .execute();
}
await db.transaction().execute(async (trx) => {
  const life = { fromMs: (hour - DAYS * DAY_SECONDS) * 1000, toMs: hour * 1000 };
  await addKeyTimes(trx, { account_id: ada.accountId, api_key_id: key.id, environment: null }, life);
});
await sql`pragma wal_checkpoint(truncate)`.execute(db);

async function subjectsOf(keyId: number, size: typeof BUSY): Promise<number[]> {
  const base = { accountId: ada.accountId, keyId, environment: '', vmId: '', route: '', client: '' };
  const subjects: Subject[] = [{ ...base, kind: 'key' }];
  for (let n = 0; n < size.routes; n++) {
    subjects.push({ ...base, kind: 'key_route', route: `GET /v1/things/${n}` });
  }
  for (let n = 0; n < size.clients; n++) {
    subjects.push({ ...base, kind: 'key_client', client: `tool-${n}/1` });
  }
  return db.transaction().execute(async (trx) => {
    const ids = new SubjectIds();
    const made = new Map<string, number>();
    for (const subject of subjects) await ids.idOf(trx, subject, made);
    return [...made.values()];
  });
}

async function fill(
  table: keyof typeof rows,
  subjects: readonly number[],
  from: number,
  to: number,
  step: number,
): Promise<void> {
  const counts = { requests: 200, errors: 2, limited: 1, bytes_in: 50_000, bytes_out: 90_000, executions: 3 };
  const batch = table === 'usage_minute' ? { batch: 1 } : {};
  for (let at = from; at < to; at += step) {
    await db.transaction().execute(async (trx) => {
      for (const id of subjects) {
        const row = { subject_id: id, at, ...counts, latency: LATENCIES[id % LATENCIES.length]!, ...batch };
        await trx
          .insertInto(table as 'usage_day')
          .values(row)
          .execute();
        rows[table]++;
      }
    });
    // Connections that were closed meanwhile are to be noticed.
    await setImmediate();
  }
}

serveRounds(
  {
    /** Over HTTP, one after the other; client and server share the process. */
    async page({ path, calls }: { path: string; calls: number }) {
      for (let i = 0; i < 10; i++) await server.ask('GET', path, { key: key.text });
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
