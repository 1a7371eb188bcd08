import { concurrencyPolicy } from './fields.ts';
import { addToCount, type CellMemory, countOf, type Pace } from './gcra.ts';
import type { LayerName, LimitSource } from './layer-name.ts';

/** One of the limits that a request is under at the same time: a rate, requests under way, or both. */
export interface Layer {
  name: LayerName;
  pace: Pace | null;
  paceSource: LimitSource;
  /** Requests that may be under way at once. */
  concurrent: number | null;
  concurrentSource: LimitSource;
  cells: CellMemory;
  at: number;
  /** What `RateLimit-Policy` says of it. */
  policies: string;
}

/** What `RateLimit-Policy` says of a layer: its rate, its bound of requests under way, or both. */
export function policiesOf({ name, pace, concurrent }: Pick<Layer, 'name' | 'pace' | 'concurrent'>): string {
  const ofRate = pace ? `"${name}"${pace.policy}` : '';
  if (concurrent === null) return ofRate;
  return `${ofRate}${ofRate && ', '}${concurrencyPolicy(name, concurrent)}`;
}

/** Requests under way of a cell: how many there are. */
export function underWay({ cells, at }: Pick<Layer, 'cells' | 'at'>): number {
  return countOf(cells, at);
}

export function addUnderWay({ cells, at }: Pick<Layer, 'cells' | 'at'>, by: 1 | -1): void {
  addToCount(cells, at, by);
}
