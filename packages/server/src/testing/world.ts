import { randomBytes, randomUUID } from 'node:crypto';
import type { World } from '../core.ts';

/** A world whose clock the test moves. It starts now, because the sign-in library reads the real one. */
export interface TestWorld extends World {
  advance(ms: number): void;
}

export function testWorld(): TestWorld {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    monotonicMs: () => performance.now() + offsetMs,
    randomBytes: (size) => randomBytes(size),
    randomUuid: () => randomUUID(),
    advance: (ms) => {
      offsetMs += ms;
    },
  };
}

/** A world whose clock stands still between moves, so that a test knows every moment to the millisecond. */
export function frozenWorld(): TestWorld {
  const world = testWorld();
  let [nowMs, monotonicMs] = [world.now(), world.monotonicMs()];
  return {
    ...world,
    now: () => nowMs,
    monotonicMs: () => monotonicMs,
    advance: (ms) => {
      nowMs += ms;
      monotonicMs += ms;
    },
  };
}
