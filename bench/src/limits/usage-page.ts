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
    const measured: { p50_us: number; cpu_us: number }[] = [];
    for (let round = 0; round < rounds; round++)
      measured.push(await ours.ask({ round: 'page', path, calls }));
    const ms = (of: 'p50_us' | 'cpu_us') => median(measured.map((one) => one[of] / 1000));
    return { p50: ms('p50_us'), cpu: ms('cpu_us') };
  };
  const page = (query: string) => measure(`/v1/api-keys/${keyId}/usage?${query}`);
  const year = await page('period=1y');
  const name = 'usage page of a year of a busy key';
  const figures = [
    figure(`${name}, p50`, year.p50, 'ms', { at: 'most', bound: 50 }),
    figure(`${name}, processor time of server and client`, year.cpu, 'ms', null),
    figure('the same of 90 days, p50', (await page('period=90d')).p50, 'ms', null),
    figure('the same of 7 days by hour, p50', (await page('period=7d')).p50, 'ms', null),
    figure(
      'the same of 24 hours by minute, p50',
      (await page('period=24h&granularity=minute')).p50,
      'ms',
      null,
    ),
    figure('usage of a year by 301 keys, p50', (await measure('/v1/usage?period=1y&by=key')).p50, 'ms', null),
  ];
  await ours.stop();
  return figures;
}
