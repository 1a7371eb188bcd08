import { readFileSync } from 'node:fs';
import type { Bench } from '../bench.ts';
import { type Figure, figure, median } from '../figures.ts';
import { withFolder } from '../keys/folder.ts';
import { load } from '../load.ts';
import { startHelper } from '../process.ts';
import { rawRequest } from '../raw-connection.ts';

const KEYS = 1000;
const CONNECTIONS = 32;
const SOAK_SECONDS = 600;
const QUICK_SECONDS = 40;
/** A garbage collector's saw needs some teeth before a slope says something. */
const SAMPLES = 40;
/** What is filled once (pools, compiled code, the first flushes) is no growth. */
const WARM_UP_SHARE = 0.3;

/** Memory of the server under full load, with limits, usage, sampling and anomalies: its slope once it is warm. */
export async function soakFigures({ isQuick, say }: Bench): Promise<Figure[]> {
  const seconds = isQuick ? QUICK_SECONDS : SOAK_SECONDS;
  return withFolder(KEYS, async ({ dataDir, keysFile }) => {
    const server = await startHelper<{ port: number; keys: string[] }>('packages/server/bench/server.ts', [
      dataDir,
      keysFile,
      'limited',
    ]);
    const { port, keys } = server.ready;
    const requests = keys.map((key) => rawRequest('GET', '/v1/ssh-keys', { 'x-api-key': key }));
    say(`full load for ${seconds} s`);
    const samples: { minutes: number; megabytes: number }[] = [];
    const rates: number[] = [];
    const began = performance.now();
    for (let at = 0; at < SAMPLES; at++) {
      const slice = { port, pid: server.pid, connections: CONNECTIONS, seconds: seconds / SAMPLES };
      rates.push((await load({ ...slice, requests, expected: 200 })).per_second);
      samples.push({
        minutes: (performance.now() - began) / 60_000,
        megabytes: residentMegabytes(server.pid),
      });
    }
    await server.stop();
    const warm = samples.slice(Math.floor(SAMPLES * WARM_UP_SHARE));
    const { perMinute } = line(warm);
    const span = warm.at(-1)!.minutes - warm[0]!.minutes;
    const usual = median(warm.map(({ megabytes }) => megabytes));
    say(`slope ${perMinute.toFixed(3)} MB a minute, ${(perMinute * 60).toFixed(1)} MB an hour`);
    return [
      figure('Soak: growth of memory once warm, of what is resident', 1 + (perMinute * span) / usual, 'x', {
        at: 'most',
        bound: 1.05,
      }),
      figure('Soak: slope of memory', perMinute, 'MB/min', null),
      figure('Soak: memory', usual, 'MB', null),
      figure('Soak: requests', median(rates), 'req/s', null),
    ];
  });
}

/** Least squares. */
function line(samples: readonly { minutes: number; megabytes: number }[]): { perMinute: number } {
  const mean = (of: (sample: (typeof samples)[number]) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ minutes }) => minutes), mean(({ megabytes }) => megabytes)];
  const covariance = mean(({ minutes, megabytes }) => (minutes - x) * (megabytes - y));
  return { perMinute: covariance / mean(({ minutes }) => (minutes - x) ** 2) };
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}
