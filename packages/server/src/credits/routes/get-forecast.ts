import { credits } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { Credits } from '../credits.ts';
import { forecast } from '../forecast.ts';

export const getForecast = (deps: { credits: Credits }) =>
  bind(credits.usageForecast, async ({ principal }) => {
    const { month, nowMs, dollars } = await deps.credits.dollarsOfMonth(principal);
    const { dailyAverage, atEnd, exhaustedAtMs } = forecast(month, dollars.used, dollars.allocated, nowMs);
    return {
      allocation_period_start: new Date(month.fromMs).toISOString(),
      allocation_period_end: new Date(month.toMs).toISOString(),
      used: dollars.used,
      daily_average: dailyAverage,
      forecast: atEnd,
      allocated: dollars.allocated,
      exhausted_at: exhaustedAtMs === null ? null : new Date(exhaustedAtMs).toISOString(),
    };
  });
