import type { CellMemory } from './gcra.ts';
import { addUnderWay } from './layer.ts';

/** A request's place among those under way, in every cell that counts them. */
export class Slot {
  readonly #cells: { cells: CellMemory; at: number }[] = [];

  /** `cells` counts the request already. */
  add(cells: CellMemory, at: number): void {
    this.#cells.push({ cells, at });
  }

  /** Gives it back; a second time does nothing. */
  release(): void {
    for (const cell of this.#cells.splice(0)) addUnderWay(cell, -1);
  }
}
