import type { Kysely } from 'kysely';
import { type LifeRow, LONGEST_LIFE_MS, lifeOf, overlapMs, type Span } from '../db/machine-life.ts';
import type { Database } from '../db/schema.ts';
import type { UseScope } from './use.ts';

/** A machine, and how long it ran within a period. */
export interface MachineOfPeriod {
  id: string;
  createdAt: string;
  memoryMb: number;
  vcpuCount: number;
  isRunning: boolean;
  seconds: number;
}

/** Those that ran in the period, newest first. */
export async function machinesOfPeriod(
  db: Kysely<Database>,
  { accountId, environment }: UseScope,
  period: Span,
  limit: number,
  nowMs: number,
): Promise<MachineOfPeriod[]> {
  const [from, to] = [period.fromMs, period.toMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  const rows = await db
    .selectFrom('vm')
    .select(['id', 'created_at', 'expires_at', 'ended_at', 'isolation', 'memory_mb', 'vcpu_count'])
    .where('account_id', '=', accountId)
    .where('created_at', '>=', new Date(Math.max(0, period.fromMs - LONGEST_LIFE_MS)).toISOString())
    .where('created_at', '<', to)
    // Of those that ended, the ones that ever ran.
    .where((eb) =>
      eb.or([
        eb('ended_at', 'is', null),
        eb.and([eb('ended_at', '>', from), eb('expires_at', '>', from), eb('isolation', 'is not', null)]),
      ]),
    )
    .$if(environment !== null, (some) => some.where('environment', '=', environment))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => machineOf(row, period, nowMs));
}

function machineOf(
  row: LifeRow & { id: string; memory_mb: number; vcpu_count: number },
  period: Span,
  nowMs: number,
): MachineOfPeriod {
  return {
    id: row.id,
    createdAt: row.created_at,
    memoryMb: row.memory_mb,
    vcpuCount: row.vcpu_count,
    isRunning: row.ended_at === null,
    seconds: overlapMs(lifeOf(row, nowMs), period) / 1000,
  };
}
