import { CHAIN_FAULTS, type ChainFault } from '@instavm/contract/audit-events';
import { type ChainedRow, GENESIS, hashOfRow } from '../db/audit-chain.ts';

export interface Link {
  seq: number;
  hash: string;
}

export interface Verification {
  ok: boolean;
  rows: number;
  /** `seq:hash` of the newest row; null when there is none. */
  head: string | null;
  first_bad?: { id: number; fault: ChainFault; detail: string };
}

export interface ChainKind {
  linkOf(row: ChainedRow): string;
  /** Every number from 1 to the head's has a row; false where the rows of others stand in between. */
  isDense: boolean;
}

/** Walks over rows in the order of their numbers and keeps the first fault. Pure. */
export class ChainCheck {
  readonly #kind: ChainKind;
  readonly #head: Link;
  readonly #known: Link | null;
  #rows = 0;
  #last: Link = { seq: 0, hash: GENESIS };
  #knownSeen = false;
  #fault: { id: number; fault: ChainFault } | null = null;

  /** `head` as the database records it apart from the rows; `known` as the caller noted it earlier. */
  constructor(kind: ChainKind, head: Link, known: Link | null) {
    this.#kind = kind;
    this.#head = head;
    this.#known = known;
  }

  /** False once a fault is found. */
  add(row: ChainedRow & { hash: string }): boolean {
    const fault = this.#faultOf(row);
    if (fault) {
      this.#fault = fault;
      return false;
    }
    this.#rows++;
    this.#last = { seq: row.seq, hash: row.hash };
    if (this.#known?.seq === row.seq && this.#known.hash === row.hash) this.#knownSeen = true;
    return true;
  }

  end(): Verification {
    const bad = this.#fault ?? this.#faultAtEnd();
    const { seq, hash } = this.#last;
    return {
      ok: bad === null,
      rows: this.#rows,
      head: this.#rows > 0 ? `${seq}:${hash}` : null,
      ...(bad && { first_bad: { ...bad, detail: CHAIN_FAULTS[bad.fault] } }),
    };
  }

  #faultOf(row: ChainedRow & { hash: string }): { id: number; fault: ChainFault } | null {
    const { seq } = row;
    if (seq < 1 || seq > this.#head.seq) return { id: seq, fault: 'inserted' };
    if (this.#kind.isDense && seq !== this.#last.seq + 1) return { id: this.#last.seq + 1, fault: 'missing' };
    if (hashOfRow(row) !== row.hash) return { id: seq, fault: 'changed' };
    if (this.#kind.linkOf(row) !== this.#last.hash) return { id: seq, fault: 'not_linked' };
    return null;
  }

  #faultAtEnd(): { id: number; fault: ChainFault } | null {
    const { seq, hash } = this.#last;
    if (seq < this.#head.seq) return { id: this.#kind.isDense ? seq + 1 : this.#head.seq, fault: 'missing' };
    if (hash !== this.#head.hash) return { id: seq, fault: 'head_changed' };
    if (this.#known && !this.#knownSeen) return { id: this.#known.seq, fault: 'known_head_missing' };
    return null;
  }
}

export function parseHead(text: string): Link {
  const [seq, hash = ''] = text.split(':');
  return { seq: Number(seq), hash };
}
