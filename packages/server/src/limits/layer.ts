import { addToCount, type CellMemory, countOf, type Pace } from './gcra.ts';

/** Whose requests a layer counts together; also what its policies are called in the answer's headers. */
export type LayerName = 'key' | 'environment' | 'account' | 'operator';

/** Who set a limit, and so who can raise it. */
export type LimitSource = 'key' | 'environment' | 'account' | 'server' | 'operator';

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
}

/** Requests under way of a cell: how many there are. */
export function underWay({ cells, at }: Pick<Layer, 'cells' | 'at'>): number {
  return countOf(cells, at);
}

export function addUnderWay({ cells, at }: Pick<Layer, 'cells' | 'at'>, by: 1 | -1): void {
  addToCount(cells, at, by);
}
