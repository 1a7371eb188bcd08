// node packages/server/bench/credits.ts [MACHINES]: how long credits and quotas take for an account with a year of
// machines behind it, 100,000 unless said, and 100 that run: over HTTP, in this process, one request at a time. CPU is
// that of client and server together.
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { startServer } from '../src/testing/server.ts';
import { percentiles } from './rounds.ts';

const MACHINES = Number(process.argv[2] ?? 100_000);
const LIVING = 100;
const REQUESTS = 200;
const DAY_MS = 86_400_000;
const ENVIRONMENTS = [null, 'production', 'development', 'testing'];

const ends: (() => unknown)[] = [];
const server = await startServer({ after: (end: () => unknown) => void ends.push(end) } as never);
const { db, quotas } = server.deps;
const ada = await server.person('Ada');
const key = await ada.key({ environment: null });
const nowMs = server.world.now();
await db
  .updateTable('account')
  .set({ created_at: new Date(nowMs - 365 * DAY_MS).toISOString() })
  .execute();

for (let n = 0; n < MACHINES; ) {
  await db.transaction().execute(async (trx) => {
    for (const end = Math.min(MACHINES, n + 2000); n < end; n++) {
      const fromMs = nowMs - Math.round(((n + 1) / MACHINES) * 364 * DAY_MS);
      const row = machineRow(n, fromMs, 60_000 * (1 + (n % 90)));
      await trx.insertInto('vm').values(row).execute();
      await quotas.settleMachine(trx, row);
    }
  });
}

for (let n = 0; n < LIVING; n++) {
  const made = await server.ask('POST', '/v1/vms', {
    key: key.text,
    json: { memory_mb: 128, vm_lifetime_seconds: 86_400 },
  });
  if (made.status !== 201) throw new Error(made.text);
}

const paths = {
  'CRD-1 allocation': '/v1/credits/allocation',
  'CRD-2 usage, 100 newest': '/v1/credits/usage',
  'CRD-2 usage, 1000 of all': '/v1/credits/usage?period=all&limit=1000',
  'CRD-3 summary, this month': '/v1/credits/summary',
  'CRD-3 summary, all': '/v1/credits/summary?period=all',
  'CRD-4 check': '/v1/credits/check?usage_type=vm_execution&required_credits=1',
  'CRD-6 trends, 30d daily': '/v1/credits/usage/trends',
  'CRD-6 trends, 90d hourly': '/v1/credits/usage/trends?period=90d&granularity=hourly',
  'CRD-7 forecast': '/v1/credits/usage/forecasting',
  whoami: '/v1/whoami',
};
process.stdout.write(`${MACHINES} machines of a year, ${LIVING} of them running; ms\n`);
for (const [name, path] of Object.entries(paths)) {
  await measure(name, () => server.ask('GET', path, { key: key.text }), 200);
}
await measure(
  'a machine is made and ended',
  async () => {
    const made = await server.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 128 } });
    return server.ask('DELETE', `/v1/vms/${made.json.vm_id}`, { key: key.text });
  },
  200,
);
process.stdout.write(`load average ${loadavg()[0]!.toFixed(1)}\n`);
for (const end of ends.reverse()) await end();
rmSync(server.dataDir, { recursive: true, force: true });

async function measure(name: string, ask: () => Promise<{ status: number }>, wanted: number): Promise<void> {
  const times = new Float64Array(REQUESTS);
  const before = process.cpuUsage();
  for (let n = 0; n < REQUESTS; n++) {
    const started = performance.now();
    const { status } = await ask();
    times[n] = performance.now() - started;
    if (status !== wanted) throw new Error(`${name}: ${status}`);
  }
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 / REQUESTS;
  const { p50_us: p50, p99_us: p99 } = percentiles(times);
  process.stdout.write(
    `${name.padEnd(28)} p50 ${(p50 / 1000).toFixed(1).padStart(6)}  p99 ${(p99 / 1000).toFixed(1).padStart(6)}  CPU ${cpuMs.toFixed(1).padStart(5)}\n`,
  );
}

/** One that has ended after half its lifetime. */
function machineRow(n: number, fromMs: number, lifeMs: number) {
  return {
    ...{ id: `vm_${n}`, account_id: ada.accountId, session_id: `session ${n}`, person_id: ada.id },
    ...{ api_key_id: key.id, quota_key_id: key.id, environment: ENVIRONMENTS[n % 4]!, metadata: '{}' },
    ...{ memory_mb: 256, vcpu_count: 1, generation: 1, host_id: 'bench', isolation: 'none' },
    desired: 'deleted' as const,
    observed: 'terminated' as const,
    created_at: new Date(fromMs).toISOString(),
    expires_at: new Date(fromMs + lifeMs).toISOString(),
    ...{ absolute_expires_at: null, idle_timeout_seconds: null, last_used_at: null },
    ended_at: new Date(fromMs + lifeMs / 2).toISOString(),
    ...{ end_reason: null, seq: 0 },
  };
}
