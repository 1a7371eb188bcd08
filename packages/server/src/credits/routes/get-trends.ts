import { credits } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { costOf } from '../cost.ts';
import { stepsOf } from '../periods.ts';
import { readRates } from '../rates.ts';
import { useBySteps } from '../use.ts';

export const getTrends = (deps: { db: Kysely<Database>; now(): number }) =>
  bind(credits.usageTrends, async ({ principal }, { query }) => {
    const { period = '30d', granularity = 'daily' } = query;
    const nowMs = deps.now();
    const steps = stepsOf(period, granularity, nowMs);
    const rates = await readRates(deps.db);
    const use = await useBySteps(deps.db, principal, steps, nowMs);
    return {
      period,
      granularity,
      series: use.map((each, at) => ({
        at: new Date(steps.fromMs + at * steps.stepMs).toISOString(),
        credits_used: costOf(each, rates).cost_dollars,
        vm_seconds: each.vmSeconds,
      })),
    };
  });
