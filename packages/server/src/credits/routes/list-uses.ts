import { credits } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { vmCost } from '../cost.ts';
import type { Credits } from '../credits.ts';
import { machinesOfPeriod } from '../machines-of-period.ts';
import { readRates } from '../rates.ts';

const DEFAULT_LIMIT = 100;

/** One line for each machine, with what it took within the period. */
export const listUses = (deps: { db: Kysely<Database>; credits: Credits; now(): number }) =>
  bind(credits.usage, async ({ principal }, { query }) => {
    if (query.usage_type === 'browser_automation') return [];
    const { db, now } = deps;
    const period = await deps.credits.periodOf(principal.accountId, query.period ?? 'current_month');
    const machines = await machinesOfPeriod(db, principal, period, query.limit ?? DEFAULT_LIMIT, now());
    const rates = await readRates(db);
    return machines.map((machine) => ({
      created_at: machine.createdAt,
      usage_type: 'vm_execution' as const,
      credits_used: vmCost(machine, machine.seconds, rates).cost_dollars,
      resource_id: machine.id,
      vm_seconds: machine.seconds,
      is_running: machine.isRunning,
    }));
  });
