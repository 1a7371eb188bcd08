import { useCallback, useSyncExternalStore } from 'react';

interface Clock {
  now: number;
  subscribe: (tick: () => void) => () => void;
}

/** One clock for each interval, however many show it: a list has hundreds of times. It stands still unwatched. */
const clocks = new Map<number, Clock>();

/** The current time, renewed at each interval while the caller is on the page. */
export function useNow(intervalMilliseconds = 1000): number {
  const clock = clockOf(intervalMilliseconds);
  return useSyncExternalStore(
    clock.subscribe,
    useCallback(() => clock.now, [clock]),
  );
}

function clockOf(interval: number): Clock {
  const known = clocks.get(interval);
  if (known) return known;
  const watchers = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const clock: Clock = {
    now: Date.now(),
    subscribe: (tick) => {
      if (watchers.size === 0) {
        clock.now = Date.now();
        timer = setInterval(() => {
          clock.now = Date.now();
          for (const watcher of watchers) watcher();
        }, interval);
      }
      watchers.add(tick);
      return () => {
        watchers.delete(tick);
        if (watchers.size === 0) clearInterval(timer);
      };
    },
  };
  clocks.set(interval, clock);
  return clock;
}
