import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { addMachineHours } from '../credits/machine-hours.ts';
import { lifeOf, overlapMs } from '../db/machine-life.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/sqlite.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { addKeyTimes } from './key-times.ts';
import { type MachineDimension, machineTimes } from './machine-times.ts';
import type { UsageScope } from './reader.ts';
import type { StepName } from './steps.ts';
import { lastSteps, type Window } from './window.ts';

const db = openDatabase(join(temporaryFolder({ after }), 'instavm.db'));
await migrate(db);
// Machines alone are of interest here, and not whom they belong to.
await sql`pragma foreign_keys=off`.execute(db);
after(() => db.destroy());

const NOW_MS = Date.UTC(2030, 2, 1, 10, 20, 30, 400);
const DAY_MS = 86_400_000;

const machines = fc.array(
  fc.record({
    keyId: fc.constantFrom(1, 2, null),
    environment: fc.constantFrom('production', null),
    ageMs: fc.integer({ min: 1, max: 60 * DAY_MS }),
    lifetimeMs: fc.oneof(
      fc.integer({ min: 20_000, max: DAY_MS }),
      fc.integer({ min: 20_000, max: 29 * DAY_MS }),
    ),
    /** How much of its time it lived; null for one that was not ended yet. */
    share: fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1.5, noNaN: true })),
    hasRun: fc.boolean(),
  }),
  { maxLength: 12 },
);

let accounts = 0;
const text = (ms: number) => new Date(ms).toISOString();

test('times of machines are those of their rows, in every step, scope and dimension', async () => {
  await fc.assert(
    fc.asyncProperty(machines, async (all) => {
      const accountId = ++accounts;
      const rows = all.map((one, n) => {
        const fromMs = NOW_MS - one.ageMs;
        const endMs =
          one.share === null ? null : Math.min(NOW_MS, fromMs + Math.floor(one.share * one.lifetimeMs));
        return {
          ...{
            id: `vm_${accountId}_${n}`,
            account_id: accountId,
            session_id: `${accountId} ${n}`,
            person_id: 1,
          },
          ...{ api_key_id: one.keyId, quota_key_id: null, environment: one.environment, metadata: '{}' },
          ...{ memory_mb: 256, vcpu_count: 1, generation: 1, host_id: '', desired: 'running' as const },
          ...{ observed: 'active' as const, isolation: one.hasRun || endMs === null ? 'none' : null },
          ...{ created_at: text(fromMs), expires_at: text(fromMs + one.lifetimeMs) },
          ...{ ended_at: endMs === null ? null : text(endMs), seq: 0 },
        };
      });
      for (const row of rows) {
        await db.insertInto('vm').values(row).execute();
        if (row.ended_at === null) continue;
        await db.transaction().execute(async (trx) => {
          await addMachineHours(trx, row, lifeOf(row, NOW_MS));
          await addKeyTimes(trx, row, lifeOf(row, NOW_MS));
        });
      }
      const any: UsageScope = { accountId, environment: null, keyId: null, vmId: null };
      const scopes = [
        any,
        { ...any, environment: 'production' },
        { ...any, environment: '' },
        { ...any, keyId: 1 },
        { ...any, keyId: 0 },
        { ...any, keyId: 2, environment: 'production' },
        { ...any, vmId: `vm_${accountId}_0` },
      ];
      for (const [step, steps] of [
        ['minute', 90],
        ['hour', 100],
        ['day', 45],
      ] as [StepName, number][]) {
        const window = lastSteps(step, steps, NOW_MS);
        for (const scope of scopes) {
          for (const by of ['key', 'environment', 'vm', null] as (MachineDimension | null)[]) {
            const deps = { db, slices: { next: async () => {} }, now: () => NOW_MS };
            assert.deepEqual(
              shown(await machineTimes(deps, scope, window, by)),
              shown(
                ofRows(
                  rows.filter((row) => isIn(scope, row)),
                  window,
                  by,
                ),
              ),
              `${step} by ${by} ${JSON.stringify(scope)}`,
            );
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

interface Row {
  id: string;
  api_key_id: number | null;
  environment: string | null;
  created_at: string;
  expires_at: string;
  ended_at: string | null;
  isolation: string | null;
}

function isIn({ environment, keyId, vmId }: UsageScope, row: Row): boolean {
  return (
    (environment === null || environment === (row.environment ?? '')) &&
    (keyId === null || keyId === (row.api_key_id ?? 0)) &&
    (vmId === null || vmId === row.id)
  );
}

function ofRows(
  rows: readonly Row[],
  window: Window,
  by: MachineDimension | null,
): Map<string, Map<number, number>> {
  const times = new Map<string, Map<number, number>>();
  for (const row of rows) {
    const names = { key: String(row.api_key_id ?? 0), environment: row.environment ?? '', vm: row.id };
    const part = by === null ? '' : names[by];
    for (let index = 0; index < window.steps; index++) {
      const fromMs = (window.from + index * window.stepSeconds) * 1000;
      const ms = overlapMs(lifeOf(row, NOW_MS), { fromMs, toMs: fromMs + window.stepSeconds * 1000 });
      if (ms === 0) continue;
      if (!times.has(part)) times.set(part, new Map());
      times.get(part)!.set(index, (times.get(part)!.get(index) ?? 0) + ms);
    }
  }
  return times;
}

function shown(times: ReadonlyMap<string, ReadonlyMap<number, number>>) {
  return [...times]
    .map(([part, steps]) => [part, [...steps].sort(([a], [b]) => a - b)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
