import { readFileSync } from 'node:fs';
import { percentile } from './figures.ts';
import { RawConnection } from './raw-connection.ts';

/** Clock ticks of the kernel's own counters: a hundredth of a second wherever Linux runs. */
const TICKS_PER_SECOND = 100;

export interface Load {
  port: number;
  /** The process that is measured. */
  pid: number;
  connections: number;
  seconds: number;
  /** Whole requests, which the connections take turns with: one hot key would flatter the processor's caches. */
  requests: string[];
  /** The one right status; another one is an error of the bench. */
  expected: number;
}

export interface LoadResult {
  per_second: number;
  /** Processor time of the server for each request, in microseconds: steadier than the rate on a busy machine. */
  cpu_us: number;
  p50_ms: number;
  p99_ms: number;
}

/** Keep-alive connections that each ask again as soon as they are answered, from this process. */
export async function load({
  port,
  pid,
  connections,
  seconds,
  requests,
  expected,
}: Load): Promise<LoadResult> {
  const opened = await RawConnection.openAll(port, connections);
  const times: number[] = [];
  const cpuBefore = cpuSeconds(pid);
  const started = performance.now();
  const endsAt = started + seconds * 1000;
  let next = 0;
  await Promise.all(
    opened.map(async (connection) => {
      for (let now = started; now < endsAt; ) {
        const statuses = await connection.send(requests[next++ % requests.length]!);
        const answered = performance.now();
        times.push(answered - now);
        now = answered;
        if (!statuses.has(String(expected))) {
          throw new Error(`port ${port}: ${[...statuses.keys()]} came where ${expected} is right`);
        }
      }
    }),
  );
  const elapsedSeconds = (performance.now() - started) / 1000;
  const cpu = cpuSeconds(pid) - cpuBefore;
  for (const connection of opened) connection.close();
  return {
    per_second: times.length / elapsedSeconds,
    cpu_us: (cpu / times.length) * 1e6,
    p50_ms: percentile(times, 0.5),
    p99_ms: percentile(times, 0.99),
  };
}

function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}
