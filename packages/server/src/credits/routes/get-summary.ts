import { credits } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { Credits } from '../credits.ts';

/** As the allocation, of any period, and what was used beyond it. */
export const getSummary = (deps: { credits: Credits }) =>
  bind(credits.summary, async ({ principal }, { query }) => {
    const { period = 'current_month' } = query;
    const { overage, dollars, ...rest } = await deps.credits.statement(principal, period);
    return { ...rest, period, dollars: { ...dollars, overage } };
  });
