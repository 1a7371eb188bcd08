import { performance } from 'node:perf_hooks';

/** @returns microseconds: processor time a check, and what one after the other takes by the clock */
export async function checkRound({ check, sample }, checks) {
  const times = new Float64Array(checks);
  const before = process.cpuUsage();
  for (let index = 0; index < checks; index++) {
    const started = performance.now();
    if (!(await check(sample[index % sample.length]))) throw new Error('the check gave the wrong answer');
    times[index] = performance.now() - started;
  }
  const { user, system } = process.cpuUsage(before);
  times.sort();
  const at = (share) => times[Math.floor(checks * share)] * 1000;
  return { cpu_us: (user + system) / checks, p50_us: at(0.5), p99_us: at(0.99) };
}

export async function createRound({ create }, keys, inFlight) {
  const started = performance.now();
  let left = keys;
  const worker = async () => {
    while (left-- > 0) await create();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { per_second: keys / ((performance.now() - started) / 1000) };
}

/** @returns microseconds of processor time a check, no clock read in between */
export async function decideRound({ check, sample }, checks) {
  const before = process.cpuUsage();
  for (let index = 0; index < checks; index++) {
    if (!(await check(sample[index % sample.length]))) throw new Error('the check gave the wrong answer');
  }
  const { user, system } = process.cpuUsage(before);
  return { cpu_us: (user + system) / checks };
}
