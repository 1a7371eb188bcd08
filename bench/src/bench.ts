import type { Figure } from './figures.ts';
import type { Peers } from './peers.ts';

/** What a group of figures gets to work with. */
export interface Bench {
  peers: Peers;
  /** Rounds of each contestant; few in a quick run, whose figures say little. */
  rounds: number;
  isQuick: boolean;
  /** Tells what is under way. */
  say(text: string): void;
}

export type Group = (bench: Bench) => Promise<Figure[]>;
