import { PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import { ID_WORDS, type KeyRecords } from './key-records.ts';

/** At most half of the table is taken, so that a search ends after one or two looks. */
const FULL = 0.5;
const FIRST_CAPACITY = 4096;

/**
 * Public id -> place of the key. A `Map` of strings would take four times the memory: this takes 8 to 16 bytes a
 * key, because the ids themselves lie in the records. Ids are random, so nobody chooses where they fall.
 */
export class PublicIdTable {
  readonly #records: KeyRecords;
  /** Place + 1; 0 is free. */
  #places = new Uint32Array(FIRST_CAPACITY);
  readonly #id = new Uint32Array(ID_WORDS);
  constructor(records: KeyRecords) {
    this.#records = records;
  }

  /** -1 when it is unknown. */
  find(publicId: string): number {
    if (!encode(publicId, this.#id)) return -1;
    return this.#places[this.#search()]! - 1;
  }

  /** The place of an id, which is new when the id is. Throws RangeError when it is not one. */
  findOrAdd(publicId: string): number {
    if (!encode(publicId, this.#id)) throw new RangeError(`a public id has ${PUBLIC_ID_LENGTH} characters`);
    let at = this.#search();
    if (this.#places[at] !== 0) return this.#places[at]! - 1;
    if (this.#records.size >= this.#places.length * FULL) {
      this.reserve(this.#records.size * 2);
      encode(publicId, this.#id);
      at = this.#search();
    }
    const place = this.#records.add(this.#id);
    this.#places[at] = place + 1;
    return place;
  }

  /** Where the id falls, for work that must look like a hit. */
  hash(): number {
    return hashOf(this.#id);
  }

  /** Makes room for so many keys at once. */
  reserve(keys: number): void {
    let capacity = this.#places.length;
    while (keys >= capacity * FULL) capacity *= 2;
    if (capacity === this.#places.length) return;
    this.#places = new Uint32Array(capacity);
    for (let place = 0; place < this.#records.size; place++) {
      this.#records.copyPublicId(place, this.#id);
      this.#places[this.#search()] = place + 1;
    }
  }

  /** Where the id in hand is, or the free place where it would be. */
  #search(): number {
    const mask = this.#places.length - 1;
    let at = hashOf(this.#id) & mask;
    for (;;) {
      const entry = this.#places[at]!;
      if (entry === 0 || this.#records.hasPublicId(entry - 1, this.#id)) return at;
      at = (at + 1) & mask;
    }
  }
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
