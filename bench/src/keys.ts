import autocannon from 'autocannon';
import { type Figure, figure, median } from './figures.ts';
import { runForJson, startServing } from './process.ts';

const KEYS = 100_000;
const ROUNDS = 5;
const ROUND_SECONDS = 3;

interface Verify {
  verify_us: number;
  garbage_us: number;
  bad_checksum_us: number;
}

interface Serving {
  port: number;
  keys: string[];
}

/** The check of a key: alone, and as a share of what the same server does without it. */
export async function keyFigures(): Promise<Figure[]> {
  const verify = await runForJson<Verify>('packages/server/bench/verify.ts', [String(KEYS)]);
  const server = 'packages/server/bench/http-server.ts';
  const open = await startServing<Serving>(server, [String(KEYS), 'open']);
  const many = await startServing<Serving>(server, [String(KEYS), 'checked']);
  const one = await startServing<Serving>(server, ['1', 'checked']);
  const rates = { open: [] as number[], many: [] as number[], one: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.open.push(await requestsPerSecond(open.ready));
    rates.many.push(await requestsPerSecond(many.ready));
    rates.one.push(await requestsPerSecond(one.ready));
  }
  await Promise.all([open, many, one].map((process) => process.stop()));
  const [bare, checked, single] = [median(rates.open), median(rates.many), median(rates.one)];
  return [
    figure(`check of a key, ${KEYS} keys`, verify.verify_us, 'us', { at: 'most', bound: 10 }),
    figure('garbage refused', verify.garbage_us, 'us', { at: 'most', bound: 1 }),
    figure('wrong checksum refused', verify.bad_checksum_us, 'us', { at: 'most', bound: 1 }),
    figure(
      `HTTP accept, ${KEYS} keys`,
      checked,
      'req/s',
      { at: 'least', bound: 0.75 },
      { name: 'no check', value: bare },
    ),
    figure(
      `HTTP accept, ${KEYS} keys`,
      checked,
      'req/s',
      { at: 'least', bound: 0.95 },
      { name: '1 key', value: single },
    ),
  ];
}

/** One hot key in keep-alive connections would flatter the processor's caches: each connection has its own. */
async function requestsPerSecond({ port, keys }: Serving): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/ssh-keys`,
    connections: 32,
    duration: ROUND_SECONDS,
    requests: keys.slice(0, 32).map((key) => ({ headers: { 'x-api-key': key } })),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}
