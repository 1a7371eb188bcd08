import { account } from '@instavm/contract';
import { DAY_MS } from '../../db/calendar.ts';
import { bind } from '../../http/bind.ts';
import { breakdownDays } from '../breakdown-days.ts';
import type { Costs } from '../costs.ts';

export interface UsageBreakdownDeps<R> {
  costs: Costs<R>;
  now(): number;
}

/** What machines took and cost by day, of the account or of the environment that the key belongs to. */
export const usageBreakdown = <R>({ costs, now }: UsageBreakdownDeps<R>) =>
  bind(account.usageBreakdown, async ({ principal }, { query }) => {
    const nowMs = now();
    const { fromMs, days } = breakdownDays(query, nowMs);
    const { accountId, environment } = principal;
    const steps = { fromMs, stepMs: DAY_MS, count: days };
    const uses = await costs.useBySteps({ accountId, environment }, steps, nowMs);
    const sum = { coreSeconds: 0, mibSeconds: 0 };
    for (const { coreSeconds, mibSeconds } of uses) {
      sum.coreSeconds += coreSeconds;
      sum.mibSeconds += mibSeconds;
    }
    const rates = await costs.readRates();
    return {
      period_start: new Date(fromMs).toISOString(),
      period_end: new Date(fromMs + days * DAY_MS).toISOString(),
      total_days: days,
      totals: costs.costOf(sum, rates),
      daily_breakdown: uses.map((use, index) => ({
        date: new Date(fromMs + index * DAY_MS).toISOString().slice(0, 10),
        ...costs.costOf(use, rates),
      })),
    };
  });
