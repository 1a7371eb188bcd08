import type { CellMemory } from '../limits/gcra.ts';

/**
 * The numbers of one key, one after the other: digest, public id, place of its traits, times, small numbers, and the
 * cell of its limits. A request's check reads two or three lines of the processor's cache, and a million keys give the
 * garbage collector nothing to walk through.
 */
const RECORD_BYTES = 144;
const RECORD_WORDS = RECORD_BYTES / 4;
const RECORD_DOUBLES = RECORD_BYTES / 8;

export const DIGEST_WORDS = 8;
export const ID_WORDS = 3;
/** Offsets in words of 4 bytes, and in doubles of 8. */
const WORD = { digest: 0, publicId: 8, traits: 11, state: 26, idleDays: 27, family: 34 } as const;
const DOUBLE = {
  id: 6,
  seq: 7,
  created: 8,
  lastUsed: 9,
  expires: 10,
  notBefore: 11,
  rotationEnds: 12,
  cell: 14,
} as const;

/** Memory grows by pieces of this many keys: nothing is ever copied, and nobody waits for it. */
const KEYS_PER_CHUNK = 4096;

export interface KeyNumbers {
  id: number;
  seq: number;
  createdAtMs: number;
  lastUsedAtMs: number;
  expiresAtMs: number;
  notBeforeMs: number;
  rotationEndsAtMs: number;
  idleExpiryDays: number;
  pepperVersion: number;
  awaitsFirstUse: boolean;
}

/** Keys by the number of their place, which is never given to another key. */
export class KeyRecords {
  readonly #chunks: CellMemory[] = [newChunk()];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns the place of a new key, whose numbers are all 0 */
  add(publicId: Uint32Array): number {
    const place = this.#size++;
    if (place === this.#chunks.length * KEYS_PER_CHUNK) this.#chunks.push(newChunk());
    const { words } = this.#chunkOf(place);
    const at = (place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.publicId;
    for (let i = 0; i < ID_WORDS; i++) words[at + i] = publicId[i]!;
    this.shareCell(place, place);
    return place;
  }

  /** The cell of this key is that of another one, whose limits it shares; its own unless said. */
  shareCell(place: number, withPlace: number): void {
    const { words } = this.#chunkOf(place);
    words[(place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.family] = withPlace;
  }

  /** Where the cell of its limits is: the place of the key that it shares it with. */
  familyOf(place: number): number {
    return this.#chunkOf(place).words[(place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.family]!;
  }

  /** What the cell of this family lies in; `cellAt` says where. */
  cellsOf(family: number): CellMemory {
    return this.#chunkOf(family);
  }

  cellAt(family: number): number {
    return (family % KEYS_PER_CHUNK) * RECORD_DOUBLES + DOUBLE.cell;
  }

  read(place: number): KeyNumbers & { status: number; traits: number; family: number } {
    const { words, doubles } = this.#chunkOf(place);
    const word = (place % KEYS_PER_CHUNK) * RECORD_WORDS;
    const double = (place % KEYS_PER_CHUNK) * RECORD_DOUBLES;
    const state = words[word + WORD.state]!;
    return {
      id: doubles[double + DOUBLE.id]!,
      seq: doubles[double + DOUBLE.seq]!,
      createdAtMs: doubles[double + DOUBLE.created]!,
      lastUsedAtMs: doubles[double + DOUBLE.lastUsed]!,
      expiresAtMs: doubles[double + DOUBLE.expires]!,
      notBeforeMs: doubles[double + DOUBLE.notBefore]!,
      rotationEndsAtMs: doubles[double + DOUBLE.rotationEnds]!,
      idleExpiryDays: words[word + WORD.idleDays]!,
      pepperVersion: state >>> 8,
      status: state & 0x7f,
      awaitsFirstUse: (state & 0x80) !== 0,
      traits: words[word + WORD.traits]!,
      family: words[word + WORD.family]!,
    };
  }

  /** `status` is a number below 128; `traits` is the place of what the key shares with others. */
  write(place: number, numbers: KeyNumbers, status: number, traits: number): void {
    const { words, doubles } = this.#chunkOf(place);
    const word = (place % KEYS_PER_CHUNK) * RECORD_WORDS;
    const double = (place % KEYS_PER_CHUNK) * RECORD_DOUBLES;
    doubles[double + DOUBLE.id] = numbers.id;
    doubles[double + DOUBLE.seq] = numbers.seq;
    doubles[double + DOUBLE.created] = numbers.createdAtMs;
    doubles[double + DOUBLE.lastUsed] = numbers.lastUsedAtMs;
    doubles[double + DOUBLE.expires] = numbers.expiresAtMs;
    doubles[double + DOUBLE.notBefore] = numbers.notBeforeMs;
    doubles[double + DOUBLE.rotationEnds] = numbers.rotationEndsAtMs;
    words[word + WORD.idleDays] = numbers.idleExpiryDays;
    words[word + WORD.state] = (numbers.pepperVersion << 8) | (numbers.awaitsFirstUse ? 0x80 : 0) | status;
    words[word + WORD.traits] = traits;
  }

  traitsOf(place: number): number {
    return this.#chunkOf(place).words[(place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.traits]!;
  }

  /** Only forward. */
  noteUse(place: number, atMs: number): void {
    const { doubles } = this.#chunkOf(place);
    const at = (place % KEYS_PER_CHUNK) * RECORD_DOUBLES + DOUBLE.lastUsed;
    if (atMs > doubles[at]!) doubles[at] = atMs;
  }

  /** 0 when the key has this id. Without a branch, so that it takes the same time whether it has or not. */
  publicIdDiffers(place: number, publicId: Uint32Array): number {
    const { words } = this.#chunkOf(place);
    const at = (place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.publicId;
    return (words[at]! ^ publicId[0]!) | (words[at + 1]! ^ publicId[1]!) | (words[at + 2]! ^ publicId[2]!);
  }

  setDigest(place: number, digest: Uint32Array): void {
    const { words } = this.#chunkOf(place);
    words.set(digest, (place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.digest);
  }

  copyDigest(place: number, target: Uint32Array): void {
    const { words } = this.#chunkOf(place);
    const at = (place % KEYS_PER_CHUNK) * RECORD_WORDS + WORD.digest;
    for (let i = 0; i < DIGEST_WORDS; i++) target[i] = words[at + i]!;
  }

  #chunkOf(place: number): CellMemory {
    return this.#chunks[Math.floor(place / KEYS_PER_CHUNK)]!;
  }
}

function newChunk(): CellMemory {
  const memory = new ArrayBuffer(KEYS_PER_CHUNK * RECORD_BYTES);
  return { doubles: new Float64Array(memory), words: new Uint32Array(memory) };
}
