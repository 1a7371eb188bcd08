import { PUBLIC_ID_LENGTH, randomBase62 } from '@instavm/keyformat';
import type { Peppers } from '../auth/pepper.ts';

/**
 * Keys that were made elsewhere and imported: `instavm_sk_` and 32 characters, or 43 characters without a prefix.
 * Their text holds no public part, so they are found by their digest. They get a public id of their own, which
 * begins with a character that no id of a key of ours can hold, and the first four characters of what they hide.
 */
const FORMS = {
  '~': { prefix: 'instavm_sk_', pattern: /^instavm_sk_[0-9A-Za-z_-]{32}$/ },
  '.': { prefix: '', pattern: /^[0-9A-Za-z_-]{43}$/ },
} as const;

type Mark = keyof typeof FORMS;

/** 28 characters and more stay hidden. */
const SHOWN_LENGTH = 4;

export function isLegacyText(text: string): boolean {
  return markOf(text) !== null;
}

export function isLegacyId(publicId: string): boolean {
  return Object.hasOwn(FORMS, publicId[0] ?? '');
}

/** A fresh public id for a text that `isLegacyText`. */
export function newLegacyId(text: string, randomBytes: (size: number) => Uint8Array): string {
  const mark = markOf(text);
  if (!mark) throw new RangeError('this is not the text of a legacy key');
  const shown = text.slice(FORMS[mark].prefix.length).slice(0, SHOWN_LENGTH);
  return mark + shown + randomBase62(PUBLIC_ID_LENGTH - 1 - SHOWN_LENGTH, randomBytes);
}

/** What may be shown of a key with this public id, in place of a prefix. */
export function legacyPrefix(publicId: string): string {
  return FORMS[publicId[0] as Mark].prefix + publicId.slice(1, 1 + SHOWN_LENGTH);
}

function markOf(text: string): Mark | null {
  for (const mark of ['~', '.'] as const) if (FORMS[mark].pattern.test(text)) return mark;
  return null;
}

/** Digests of imported keys -> public ids, by version of the pepper. There is none of it while no key is imported. */
export class LegacyKeys {
  readonly #byVersion = new Map<number, Map<string, string>>();
  /** Where each public id stands now: a key that moved to another pepper is found under that one alone. */
  readonly #places = new Map<string, { version: number; digest: string }>();

  put(publicId: string, version: number, digestBytes: Uint8Array): void {
    const digest = textOf(digestBytes);
    const before = this.#places.get(publicId);
    if (before) this.#remove(before);
    this.#places.set(publicId, { version, digest });
    const ids = this.#byVersion.get(version) ?? new Map<string, string>();
    this.#byVersion.set(version, ids.set(digest, publicId));
  }

  /** Null for what was not imported. What has not the form of such a key costs no digest. */
  publicIdOf(text: string, peppers: Peppers): string | null {
    if (!isLegacyText(text)) return null;
    for (const [version, ids] of this.#byVersion) {
      const digest = peppers.digest(version, text);
      const publicId = digest && ids.get(textOf(digest));
      if (publicId) return publicId;
    }
    return null;
  }

  #remove({ version, digest }: { version: number; digest: string }): void {
    const ids = this.#byVersion.get(version);
    ids?.delete(digest);
    if (ids?.size === 0) this.#byVersion.delete(version);
  }
}

function textOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString('latin1');
}
