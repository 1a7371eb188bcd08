import type { ServedRequest } from '../../http/served-request.ts';

/** Seconds. From a request answered out of memory to a program that runs for minutes. */
export const DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
] as const;

export interface OperationCounts {
  /** By the first digit of the status. */
  classes: number[];
  /** Requests whose duration is in that bucket and in none before it; the last one is all that took longer. */
  durations: number[];
  seconds: number;
}

/**
 * Requests by operation, for the server as a whole. Counted in plain numbers and shown to the metrics library when
 * somebody asks: its own counters take longer than all else that is done with a served request. Holds nothing of who
 * asked; operations and codes are words of the contract.
 */
export class RequestMetrics {
  readonly #operations = new Map<string, OperationCounts>();
  readonly #codes = new Map<string, number>();

  get operations(): ReadonlyMap<string, OperationCounts> {
    return this.#operations;
  }

  /** Refused and failed requests. */
  get codes(): ReadonlyMap<string, number> {
    return this.#codes;
  }

  observe({ operationId, route, status, code, durationMs }: ServedRequest): void {
    const name = operationId ?? route;
    let counts = this.#operations.get(name);
    if (!counts) {
      counts = {
        classes: Array(6).fill(0),
        durations: Array(DURATION_BUCKETS.length + 1).fill(0),
        seconds: 0,
      };
      this.#operations.set(name, counts);
    }
    counts.classes[Math.floor(status / 100)]!++;
    const seconds = durationMs / 1000;
    let bucket = 0;
    while (bucket < DURATION_BUCKETS.length && seconds > DURATION_BUCKETS[bucket]!) bucket++;
    counts.durations[bucket]!++;
    counts.seconds += seconds;
    if (code !== null) this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
  }
}
