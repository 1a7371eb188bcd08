import { type Figure, figure } from './figures.ts';
import { runForJson } from './process.ts';

interface Clones {
  isolation: string;
  bare: { ms: number; pss_mb: number; ping_ms: number };
  ours: { ms: number; pss_mb: number };
}

interface Served {
  one_key_rss_mb: number;
  many_keys_rss_mb: number;
  execute_ms: number;
}

/** Machines beside bare clones of the same template, and the server that holds them. */
export async function machineFigures(): Promise<Figure[]> {
  const { bare, ours } = await runForJson<Clones>('packages/machines/bench/clones.ts', ['15']);
  const served = await runForJson<Served>('bench/src/served.ts');
  const bareMs = { name: 'bare clone', value: bare.ms };
  return [
    figure('machine created, agent ready', ours.ms, 'ms', { at: 'most', bound: 1.5 }, bareMs),
    figure(
      'memory of an idle machine',
      ours.pss_mb,
      'MB',
      { at: 'most', bound: 1.2 },
      { name: 'bare clone', value: bare.pss_mb },
    ),
    figure('warm print(1) over HTTP, less the ping', served.execute_ms - bare.ping_ms, 'ms', {
      at: 'most',
      bound: 40,
    }),
    figure('server, 1 key, no machine', served.one_key_rss_mb, 'MB', null),
    figure(
      'server, 100000 keys and 10 machines, above that',
      served.many_keys_rss_mb - served.one_key_rss_mb,
      'MB',
      { at: 'most', bound: 80 },
    ),
  ];
}
