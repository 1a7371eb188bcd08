import { performance } from 'node:perf_hooks';

export interface CheckRound {
  cpu_us: number;
  p50_us: number;
  p99_us: number;
}

/** Microseconds: processor time a check in one loop, then what one after the other takes by the clock. */
export function checkRound(texts: string[], checks: number, check: (text: string) => void): CheckRound {
  const before = process.cpuUsage();
  for (let i = 0; i < checks; i++) check(texts[i % texts.length]!);
  const { user, system } = process.cpuUsage(before);
  const times = new Float64Array(checks);
  for (let i = 0; i < checks; i++) {
    const started = performance.now();
    check(texts[i % texts.length]!);
    times[i] = performance.now() - started;
  }
  return { cpu_us: (user + system) / checks, ...percentiles(times) };
}

export function percentiles(timesMs: Float64Array): { p50_us: number; p99_us: number } {
  timesMs.sort();
  const at = (share: number) => timesMs[Math.floor(timesMs.length * share)]! * 1000;
  return { p50_us: at(0.5), p99_us: at(0.99) };
}

/** How many a second when `inFlight` are always under way. */
export async function rate(total: number, inFlight: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let left = total;
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return total / ((performance.now() - started) / 1000);
}

/** Answers the parent's messages one at a time, and ends when it lets go. `close` runs last. */
export function serveRounds(rounds: Record<string, (message: never) => unknown>, close: () => unknown): void {
  process.on('message', async (message: { round: string }) => {
    process.send!(await rounds[message.round]!(message as never));
  });
  process.on('disconnect', async () => {
    await close();
    process.exit(0);
  });
}
