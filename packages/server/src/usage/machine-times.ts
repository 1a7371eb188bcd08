import { type Kysely, sql } from 'kysely';
import { hourName } from '../db/calendar.ts';
import { type LifeRow, LONGEST_LIFE_MS, lifeOf, partsBySteps } from '../db/machine-life.ts';
import type { Database } from '../db/schema.ts';
import type { Dimension, UsageScope } from './reader.ts';
import { stepIndex, type Window } from './window.ts';

/** Milliseconds of machines by part, then by step; `''` is the one part where none are told apart. */
export type MachineTimes = Map<string, Map<number, number>>;

/** What of machines can be told apart: none of them belongs to a route or client. */
export type MachineDimension = Extract<Dimension, 'key' | 'environment' | 'vm'>;

export interface MachineTimesDeps {
  db: Kysely<Database>;
  slices: { next(): Promise<unknown> };
  now(): number;
}

const TOGETHER = 1000;

/**
 * How long machines ran in each step, those included that run now: from the rows of machines alone, so that no tick
 * can be missed. Of ended ones the hours are summed already, where hours are enough.
 */
export async function machineTimes(
  deps: MachineTimesDeps,
  scope: UsageScope,
  window: Window,
  by: MachineDimension | null,
): Promise<MachineTimes> {
  const times: MachineTimes = new Map();
  if (window.step === 'minute' || by === 'vm' || scope.vmId !== null) {
    for await (const row of machinesOf(deps, scope, window)) {
      addLife(times, partOf(row, by), row, window, deps.now());
    }
    return times;
  }
  // One moment: a machine that ends between two reads would be counted twice or never.
  const { ended, living } = await deps.db.transaction().execute(async (trx) => ({
    ended: await endedTimes(trx, scope, window, by),
    living: await ofScope(trx, scope).where('ended_at', 'is', null).execute(),
  }));
  for (const { part, at, ms } of ended) {
    const index = stepIndex(window, at);
    if (index !== null) add(times, part, index, ms);
  }
  for (const row of living) addLife(times, partOf(row, by), row, window, deps.now());
  return times;
}

type MachineRow = LifeRow & { id: string; api_key_id: number | null; environment: string | null };

function partOf({ id, api_key_id: keyId, environment }: MachineRow, by: MachineDimension | null): string {
  if (by === null) return '';
  return { key: String(keyId ?? 0), environment: environment ?? '', vm: id }[by];
}

function addLife(times: MachineTimes, part: string, row: LifeRow, window: Window, nowMs: number): void {
  const steps = { fromMs: window.from * 1000, stepMs: window.stepSeconds * 1000, count: window.steps };
  for (const [index, ms] of partsBySteps(lifeOf(row, nowMs), steps)) add(times, part, index, ms);
}

function add(times: MachineTimes, part: string, index: number, ms: number): void {
  if (ms === 0) return;
  let steps = times.get(part);
  if (!steps) {
    steps = new Map();
    times.set(part, steps);
  }
  steps.set(index, (steps.get(index) ?? 0) + ms);
}

function ofScope(db: Kysely<Database>, { accountId, environment, keyId, vmId }: UsageScope) {
  let rows = db
    .selectFrom('vm')
    .select(['id', 'api_key_id', 'environment', 'created_at', 'expires_at', 'ended_at', 'isolation'])
    .where('account_id', '=', accountId);
  if (environment === '') rows = rows.where('environment', 'is', null);
  else if (environment !== null) rows = rows.where('environment', '=', environment);
  if (keyId === 0) rows = rows.where('api_key_id', 'is', null);
  else if (keyId !== null) rows = rows.where('api_key_id', '=', keyId);
  return vmId === null ? rows : rows.where('id', '=', vmId);
}

/** Those that lived in the window, some at a time. */
async function* machinesOf(
  { db, slices }: MachineTimesDeps,
  scope: UsageScope,
  { from, to }: Window,
): AsyncGenerator<MachineRow> {
  const [first, start, end] = [from * 1000 - LONGEST_LIFE_MS, from * 1000, to * 1000].map((ms) =>
    new Date(ms).toISOString(),
  ) as [string, string, string];
  for (let last: Pick<MachineRow, 'created_at' | 'id'> = { created_at: first, id: '' }; ; ) {
    const { created_at: after, id } = last;
    const rows: MachineRow[] = await ofScope(db, scope)
      .where('created_at', '>=', after)
      .where('created_at', '<', end)
      .where((eb) => eb.or([eb('created_at', '>', after), eb('id', '>', id)]))
      .where((eb) => eb.or([eb('ended_at', 'is', null), eb('ended_at', '>', start)]))
      .orderBy('created_at')
      .orderBy('id')
      .limit(TOGETHER)
      .execute();
    yield* rows;
    if (rows.length < TOGETHER) return;
    last = rows.at(-1)!;
    await slices.next();
  }
}

interface EndedTime {
  part: string;
  /** Somewhere in the step. */
  at: number;
  ms: number;
}

/** Of ended machines, by hour or day: of each key, where keys are asked for. */
function endedTimes(
  db: Kysely<Database>,
  scope: UsageScope,
  window: Window,
  by: MachineDimension | null,
): Promise<EndedTime[]> {
  return by === 'key' || scope.keyId !== null
    ? endedOfKeys(db, scope, window, by)
    : endedOfAccount(db, scope, window, by);
}

async function endedOfKeys(
  db: Kysely<Database>,
  { accountId, environment, keyId }: UsageScope,
  { from, to, step }: Window,
  by: MachineDimension | null,
): Promise<EndedTime[]> {
  let rows = db
    .selectFrom('usage_machine')
    .select([by === 'key' ? 'api_key_id as part' : 'environment as part', 'at', 'vm_ms as ms'])
    .where('account_id', '=', accountId)
    .where('step', '=', step === 'day' ? 'day' : 'hour')
    .where('at', '>=', from)
    .where('at', '<', to);
  if (environment !== null) rows = rows.where('environment', '=', environment);
  if (keyId !== null) rows = rows.where('api_key_id', '=', keyId);
  const found = await rows.execute();
  return found.map(({ part, at, ms }) => ({
    part: by === null ? '' : String(part),
    at: Number(at),
    ms: Number(ms),
  }));
}

async function endedOfAccount(
  db: Kysely<Database>,
  { accountId, environment }: UsageScope,
  { from, to, step }: Window,
  by: MachineDimension | null,
): Promise<EndedTime[]> {
  const length = step === 'day' ? '2030-01-31'.length : '2030-01-31T23'.length;
  const { rows } = await sql<{ part: string; time: string; ms: number }>`
    select environment as part, substr(hour, 1, ${sql.lit(length)}) as time, sum(vm_ms) as ms
    from machine_hour
    where account_id = ${accountId} and hour >= ${hourName(from * 1000)} and hour < ${hourName(to * 1000)}
      ${environment === null ? sql`` : sql`and environment = ${environment}`}
    group by 1, 2`.execute(db);
  return rows.map(({ part, time, ms }) => ({
    part: by === null ? '' : part,
    at: Date.parse(step === 'day' ? `${time}T00:00:00Z` : `${time}:00:00Z`) / 1000,
    ms: Number(ms),
  }));
}
