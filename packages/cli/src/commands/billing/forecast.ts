import type { Command } from '../../command.ts';
import { amount } from '../../output/figures.ts';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';

export default {
  async run({ io, json, print, printJson, ...context }) {
    const client = await context.client();
    const forecast = await client.credits.usageForecast({ signal: io.signal });
    if (json) printJson(forecast);
    else {
      const { allocation_period_start: start, allocation_period_end: end } = forecast;
      print(
        card([
          ['Period', `${start} to ${end}`],
          ['Used', amount(forecast.used)],
          ['Daily average', amount(forecast.daily_average)],
          ['Forecast', amount(forecast.forecast)],
          ['Allocated', amount(forecast.allocated)],
          ['Used up', exactTime(forecast.exhausted_at, io.now()) ?? 'not in this period'],
        ]),
      );
    }
    return undefined;
  },
} satisfies Command;
