import { type FoundSecret, lengthOfKind, SECRET_KINDS, type SecretKind, secretAt } from '@instavm/sdk';
import { LineCounter } from './line-counter.ts';

/** `line` and `column` are 0 where lines are not counted. */
export type Match = FoundSecret & { line: number; column: number };

/**
 * What to look for: some bytes of a beginning, few because a search for few is the fastest. The keys' and the
 * tokens' beginnings share theirs.
 */
interface Needle {
  bytes: Buffer;
  /** How far it stands into the beginnings. */
  depth: number;
  beginnings: Buffer[];
  encoding: 'latin1' | 'utf16le';
}

const { api_key, sandbox_token, webhook_secret } = SECRET_KINDS;

// Windows writes two bytes a letter when output is redirected; the needle fits whichever of the two comes first.
const NEEDLES: readonly Needle[] = [
  { text: 'avm_s', depth: 4, prefixes: [api_key.prefix, sandbox_token.prefix] },
  { text: webhook_secret.prefix, depth: 0, prefixes: [webhook_secret.prefix] },
].flatMap(({ text, depth, prefixes }) =>
  (['latin1', 'utf16le'] as const).map((encoding) => ({
    bytes: withoutLastZero(Buffer.from(text, encoding)),
    depth: encoding === 'latin1' ? depth : depth * 2,
    beginnings: prefixes.map((prefix) => withoutLastZero(Buffer.from(prefix, encoding))),
    encoding,
  })),
);

const LONGEST_BYTES = 2 * Math.max(...(Object.keys(SECRET_KINDS) as SecretKind[]).map(lengthOfKind));

/** Small enough to stay in a core's cache between the read and the search. */
const CAPACITY_BYTES = 256 * 1024;

/**
 * A window that a source flows through: fill `room()`, tell with `advance()` how much that was, and `end()` the
 * source. The last bytes stay for the next piece, so that a secret is found across an edge, and once.
 */
export class SecretWindow {
  readonly #bytes = Buffer.allocUnsafeSlow(CAPACITY_BYTES);
  readonly #countsLines: boolean;
  #counter = new LineCounter();
  #length = 0;

  /** Counting lines costs more than the search, so a source that can be read again is searched without. */
  constructor({ countsLines }: { countsLines: boolean }) {
    this.#countsLines = countsLines;
  }

  room(): Buffer {
    return this.#bytes.subarray(this.#length);
  }

  advance(count: number): Match[] {
    this.#length += count;
    return this.#search(Math.max(0, this.#length - LONGEST_BYTES + 1));
  }

  /** The end of the source; the window is then empty for the next one. */
  end(): Match[] {
    const matches = this.#search(this.#length);
    this.#counter = new LineCounter();
    return matches;
  }

  /** Secrets that begin before `limit`; what stands from there on is kept. */
  #search(limit: number): Match[] {
    const window = this.#bytes.subarray(0, this.#length);
    const isWide = window.includes(0);
    const matches = NEEDLES.filter(({ encoding }) => isWide || encoding === 'latin1').flatMap((needle) =>
      hitsOf(needle, window, limit),
    );
    matches.sort((one, other) => one.at - other.at);
    const placed = this.#countsLines
      ? this.#place(matches, window.subarray(0, limit))
      : matches.map(({ found }) => ({ ...found, line: 0, column: 0 }));
    window.copyWithin(0, limit);
    this.#length -= limit;
    return placed;
  }

  #place(matches: Hit[], bytes: Buffer): Match[] {
    let passed = 0;
    const placed = matches.map(({ at, found }) => {
      this.#counter.pass(bytes.subarray(passed, at));
      passed = at;
      return { ...found, ...this.#counter.here() };
    });
    this.#counter.pass(bytes.subarray(passed));
    return placed;
  }
}

interface Hit {
  at: number;
  found: FoundSecret;
}

function hitsOf({ bytes, depth, beginnings, encoding }: Needle, window: Buffer, limit: number): Hit[] {
  const hits: Hit[] = [];
  for (let hit = window.indexOf(bytes); hit !== -1; hit = window.indexOf(bytes, hit + 1)) {
    const at = hit - depth;
    if (at >= limit) break;
    // Below 0 it is the rest of a beginning that was looked at with the piece before.
    if (at < 0 || !beginnings.some((beginning) => standsAt(window, at, beginning))) continue;
    const found = secretAt(window.toString(encoding, at, at + LONGEST_BYTES));
    if (found) hits.push({ at, found });
  }
  return hits;
}

// By hand: for few bytes a call costs more than the comparison.
function standsAt(window: Buffer, at: number, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if (window[at + index] !== bytes[index]) return false;
  }
  return true;
}

function withoutLastZero(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
}
