import { type Kysely, sql, type Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { hourName } from '../db/calendar.ts';
import { type LifeRow, lifeOf, partsBySteps, type Span, type Steps } from '../db/machine-life.ts';
import type { Database } from '../db/schema.ts';

/** What machines took, nothing rounded. */
export interface MachineUse {
  vmSeconds: number;
  /** Seconds times processors. */
  coreSeconds: number;
  /** Seconds times MiB of memory. */
  mibSeconds: number;
}

/** Whose machines: an account's, or those of one environment of it. */
export interface UseScope {
  readonly accountId: number;
  readonly environment: string | null;
}

const settledHours = {
  ofAccount: builtOnce((db) => hoursBetween(db).select('hour').groupBy('hour')),
  ofEnvironment: builtOnce((db) =>
    hoursBetween(db).where('environment', '=', '').select('hour').groupBy('hour'),
  ),
};

const settledSum = {
  ofAccount: builtOnce((db) => hoursBetween(db)),
  ofEnvironment: builtOnce((db) => hoursBetween(db).where('environment', '=', '')),
};

/** As fractions, because a sum over years can be too large for a whole number. */
const sumOf = (column: string) => sql<number>`coalesce(sum(cast(${sql.ref(column)} as double precision)), 0)`;

function hoursBetween(db: Kysely<Database>) {
  return db
    .selectFrom('machine_hour')
    .select([sumOf('vm_ms').as('vmMs'), sumOf('core_ms').as('coreMs'), sumOf('mib_ms').as('mibMs')])
    .where('account_id', '=', 0)
    .where('hour', '>=', '')
    .where('hour', '<', '');
}

const livingMachines = builtOnce((db) =>
  db
    .selectFrom('vm')
    .select(['created_at', 'expires_at', 'ended_at', 'isolation', 'memory_mb', 'vcpu_count', 'environment'])
    .where('account_id', '=', 0)
    .where('ended_at', 'is', null),
);

type LivingRow = LifeRow & { memory_mb: number; vcpu_count: number; environment: string | null };

/**
 * What machines took in each step, those that still run up to now. Ended ones are summed up by the hour, so that it
 * takes no longer for a year with many machines than for one with few.
 */
export async function useBySteps(
  db: Kysely<Database>,
  scope: UseScope,
  steps: Steps,
  nowMs: number,
): Promise<MachineUse[]> {
  const window = { fromMs: steps.fromMs, toMs: steps.fromMs + steps.count * steps.stepMs };
  // One moment: a machine that ends between two reads would be counted twice or never.
  const { hours, living } = await db.transaction().execute(async (trx) => ({
    hours: await readHours(trx, scope, window, steps.count),
    living: await readLiving(trx, scope),
  }));
  const sums = Array.from({ length: steps.count }, () => ({ vmMs: 0, coreMs: 0, mibMs: 0 }));
  const add = (at: number, ms: { vmMs: number; coreMs: number; mibMs: number }) => {
    const sum = sums[at]!;
    sum.vmMs += ms.vmMs;
    sum.coreMs += ms.coreMs;
    sum.mibMs += ms.mibMs;
  };
  for (const { hour, ...ms } of hours) {
    add(hour === null ? 0 : Math.floor((Date.parse(`${hour}:00:00Z`) - steps.fromMs) / steps.stepMs), ms);
  }
  for (const vm of living) {
    for (const [at, ms] of partsBySteps(lifeOf(vm, nowMs), steps)) {
      add(at, { vmMs: ms, coreMs: ms * vm.vcpu_count, mibMs: ms * vm.memory_mb });
    }
  }
  return sums.map(({ vmMs, coreMs, mibMs }) => ({
    vmSeconds: vmMs / 1000,
    coreSeconds: coreMs / 1000,
    mibSeconds: mibMs / 1000,
  }));
}

/** The same in one sum. */
export async function useIn(
  db: Kysely<Database>,
  scope: UseScope,
  { fromMs, toMs }: Span,
  nowMs: number,
): Promise<MachineUse> {
  return (await useBySteps(db, scope, { fromMs, stepMs: toMs - fromMs, count: 1 }, nowMs))[0]!;
}

type HourRow = { hour: string | null; vmMs: number; coreMs: number; mibMs: number };

/** Hour by hour, or one sum without an hour where there is one step. */
async function readHours(
  trx: Transaction<Database>,
  { accountId, environment }: UseScope,
  window: Span,
  steps: number,
): Promise<HourRow[]> {
  const parameters = [accountId, hourName(window.fromMs), hourName(window.toMs)];
  const which = environment === null ? 'ofAccount' : 'ofEnvironment';
  if (environment !== null) parameters.push(environment);
  if (steps > 1) return settledHours[which](trx, parameters);
  return (await settledSum[which](trx, parameters)).map((sum) => ({ hour: null, ...sum }));
}

async function readLiving(
  trx: Transaction<Database>,
  { accountId, environment }: UseScope,
): Promise<LivingRow[]> {
  const rows = await livingMachines(trx, [accountId]);
  return environment === null ? rows : rows.filter((row) => row.environment === environment);
}
