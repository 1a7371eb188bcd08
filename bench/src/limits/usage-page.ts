import type { Bench } from '../bench.ts';
import { type Figure, figure, median } from '../figures.ts';
import { startHelper } from '../process.ts';

interface Ready {
  keyId: number;
  rows: Record<string, number>;
}

/** What the pages of a busy key's usage take, over HTTP and out of a database with a year of it. */
export async function usagePageFigures({ rounds, isQuick, say }: Bench): Promise<Figure[]> {
  say('filling a year of usage');
  const ours = await startHelper<Ready>('packages/server/bench/usage.ts');
  const { keyId, rows } = ours.ready;
  const calls = isQuick ? 10 : 50;
  say(`usage pages of ${calls} calls, ${Object.values(rows).reduce((sum, count) => sum + count)} rows`);
  const measure = async (path: string) => {
    const p50: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { p50_us } = await ours.ask<{ p50_us: number }>({ round: 'page', path, calls });
      p50.push(p50_us / 1000);
    }
    return median(p50);
  };
  const page = (query: string) => measure(`/v1/api-keys/${keyId}/usage?${query}`);
  const figures = [
    figure('usage page of a year of a busy key, p50', await page('period=1y'), 'ms', {
      at: 'most',
      bound: 50,
    }),
    figure('the same, 90 days', await page('period=90d'), 'ms', null),
    figure('the same, 7 days by hour', await page('period=7d'), 'ms', null),
    figure('the same, 24 hours by minute', await page('period=24h&granularity=minute'), 'ms', null),
    figure('usage of a year by key, 300 keys', await measure('/v1/usage?period=1y&by=key'), 'ms', null),
  ];
  await ours.stop();
  return figures;
}
