import { RateLimiterMemory } from 'rate-limiter-flexible';
import { seed } from './keys.mjs';

/** A limit that is never reached: what a decision costs, not a refusal. */
const POINTS = 1_000_000_000;

/** Its fixed window in memory, its fastest store. */
export async function rateLimiterMemory(count) {
  const limiter = new RateLimiterMemory({ points: POINTS, duration: 60 });
  return {
    name: 'rate-limiter-flexible 11.4.0',
    setting: 'RateLimiterMemory, a fixed window of 60 s',
    sample: seed(count, () => {}),
    check: async (key) => (await limiter.consume(key)).remainingPoints > 0,
    close() {},
  };
}
