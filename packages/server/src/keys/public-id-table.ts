import { PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import { ID_WORDS, type KeyRecords } from './key-records.ts';

/** At most half of the table is taken, so that a search ends after one or two looks. */
const FULL = 0.5;
const FIRST_CAPACITY = 4096;
/** So many pairs are looked at in any case: they lie in two lines of the processor's cache. */
const STEPS = 8;

/**
 * Public id -> place of the key. A `Map` of strings would take three times the memory: this takes 16 to 32 bytes a
 * key, because the ids themselves lie in the records. Ids are random, so nobody chooses where they fall.
 */
export class PublicIdTable {
  readonly #records: KeyRecords;
  readonly #id = new Uint32Array(ID_WORDS);
  #capacity = FIRST_CAPACITY;
  /** Pairs: hash of the id, which spares a look into most records that are not meant, and place + 1; 0 is free. */
  #pairs = new Uint32Array(2 * FIRST_CAPACITY);
  constructor(records: KeyRecords) {
    this.#records = records;
  }

  /** -1 when it is unknown. */
  find(publicId: string): number {
    const { place, isMeant } = this.findOrOther(publicId);
    return isMeant ? place : -1;
  }

  /**
   * The place of this id, or of a key that stands in for an unknown one; -1 for what is no id, and while there is no
   * key. Both are found by the same steps, and without a branch that one of them takes more often: a branch that the
   * processor did not expect costs 30 ns, and a million tries would show which ids exist.
   */
  findOrOther(publicId: string): { place: number; isMeant: boolean } {
    const { size } = this.#records;
    if (!encode(publicId, this.#id) || size === 0) return { place: -1, isMeant: false };
    const hash = hashOf(this.#id);
    const found = this.#pairs[this.#firstStop(hash) + 1]! - 1;
    const missing = found >> 31;
    const place = (found & ~missing) | (((hash >>> 1) % size) & missing);
    const isOther = isNotZero(this.#records.publicIdDiffers(place, this.#id));
    if (((missing + 1) & isOther) === 1) return this.#behindItsTwin(hash, place);
    return { place, isMeant: isOther === 0 };
  }

  /** The place of an id, which is new when the id is; -1 when it is none. */
  findOrAdd(publicId: string): number {
    if (!encode(publicId, this.#id)) return -1;
    if (this.#records.size >= this.#capacity * FULL) this.#grow();
    const hash = hashOf(this.#id);
    const at = this.#search(hash);
    const known = this.#pairs[at + 1]!;
    if (known !== 0) return known - 1;
    const place = this.#records.add(this.#id);
    this.#pairs[at] = hash;
    this.#pairs[at + 1] = place + 1;
    return place;
  }

  /** Where the pair of the id in hand is, or the free one where it would be. */
  #search(hash: number): number {
    for (let at = hash & (this.#capacity - 1); ; at = (at + 1) & (this.#capacity - 1)) {
      const place = this.#pairs[2 * at + 1]!;
      if (place === 0) return 2 * at;
      if (this.#pairs[2 * at] === hash && this.#records.publicIdDiffers(place - 1, this.#id) === 0)
        return 2 * at;
    }
  }

  /** Another id has the same hash, which happens once in billions of looks. */
  #behindItsTwin(hash: number, other: number): { place: number; isMeant: boolean } {
    const place = this.#pairs[this.#search(hash) + 1]! - 1;
    return place === -1 ? { place: other, isMeant: false } : { place, isMeant: true };
  }

  /** The first pair from where the hash points that has this hash or is free. */
  #firstStop(hash: number): number {
    const pairs = this.#pairs;
    const last = this.#capacity - 1;
    let isOn = 1;
    let steps = 0;
    for (let step = 0; step < STEPS; step++) {
      const at = 2 * ((hash + step) & last);
      isOn &= isNotZero(pairs[at]! ^ hash) & isNotZero(pairs[at + 1]!);
      steps += isOn;
    }
    let at = (hash + steps) & last;
    if (steps === STEPS) while (pairs[2 * at + 1] !== 0 && pairs[2 * at] !== hash) at = (at + 1) & last;
    return 2 * at;
  }

  #grow(): void {
    const old = this.#pairs;
    this.#capacity *= 2;
    this.#pairs = new Uint32Array(2 * this.#capacity);
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue;
      let at = old[from]! & (this.#capacity - 1);
      while (this.#pairs[2 * at + 1] !== 0) at = (at + 1) & (this.#capacity - 1);
      this.#pairs[2 * at] = old[from]!;
      this.#pairs[2 * at + 1] = old[from + 1]!;
    }
  }
}

/** 1 or 0, without a branch. */
function isNotZero(value: number): number {
  return (value | -value) >>> 31;
}

/** Four characters of one byte each to a word. False for what cannot be an id. */
function encode(publicId: string, target: Uint32Array): boolean {
  if (publicId.length !== PUBLIC_ID_LENGTH) return false;
  let all = 0;
  for (let word = 0; word < ID_WORDS; word++) {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const character = publicId.charCodeAt(word * 4 + i);
      all |= character;
      value |= (character & 0xff) << (i * 8);
    }
    target[word] = value;
  }
  return all <= 0xff;
}

function hashOf(id: Uint32Array): number {
  let hash = Math.imul(id[0]!, 0x9e3779b1) ^ Math.imul(id[1]!, 0x85ebca77) ^ Math.imul(id[2]!, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
