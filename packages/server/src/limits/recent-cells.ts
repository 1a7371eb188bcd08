import { type CellMemory, cellMemory, copyTime, DOUBLES_PER_CELL } from './gcra.ts';

interface Generation {
  readonly memory: CellMemory;
  readonly places: Map<string, number>;
}

/**
 * Cells by name, in two generations: when the younger one is full the older one is forgotten, so that a flood of names
 * cannot fill memory. The names that are asked for stay.
 */
export class RecentCells {
  readonly #half: number;
  #younger: Generation;
  #older: Generation;

  constructor(most: number) {
    this.#half = Math.floor(most / 2);
    this.#younger = newGeneration(this.#half);
    this.#older = newGeneration(this.#half);
  }

  /** Calls `use` with the cell of this name, a new one being empty. What it gives is given back. */
  with<T>(name: string, use: (memory: CellMemory, at: number) => T): T {
    const place = this.#younger.places.get(name) ?? this.#take(name);
    return use(this.#younger.memory, place * DOUBLES_PER_CELL);
  }

  #take(name: string): number {
    const before = this.#older.places.get(name);
    const from = this.#older.memory;
    if (this.#younger.places.size >= this.#half) {
      this.#older = this.#younger;
      this.#younger = newGeneration(this.#half);
    }
    const place = this.#younger.places.size;
    this.#younger.places.set(name, place);
    if (before !== undefined) {
      copyTime(from, before * DOUBLES_PER_CELL, this.#younger.memory, place * DOUBLES_PER_CELL);
    }
    return place;
  }
}

function newGeneration(cells: number): Generation {
  return { memory: cellMemory(cells), places: new Map() };
}
