import { checkKeyText } from '@instavm/keyformat';
import type { Credential, ShortLivedKey } from '../core/credential.ts';
import { AuthenticationError, InstaVMError } from '../core/errors.ts';

/** A key is renewed this long before it ends, or in the last fifth of its life if that is shorter. */
const RENEW_BEFORE_MS = 60_000;
const LAST_PART = 0.2;

interface HeldKey {
  text: string;
  /** When it is renewed and when it ends; null while nobody has said when it ends. */
  renewAtMs: number | null;
  endsAtMs: number | null;
}

/** Gives the key for each request: always the same, or one that a function renews before it ends. */
export class KeySource {
  readonly #make: (() => Promise<string | ShortLivedKey>) | null;
  readonly #now: () => number;
  #held: HeldKey | null = null;
  #renewing: Promise<string> | null = null;

  constructor(credential: Credential, now: () => number) {
    this.#now = now;
    this.#make = typeof credential === 'string' ? null : credential;
    if (typeof credential === 'string')
      this.#held = { text: credential.trim(), renewAtMs: null, endsAtMs: null };
  }

  /** Throws AuthenticationError for a key that cannot be a header, and when there is none. */
  async get(): Promise<string> {
    const held = this.#held;
    if (!held || (held.renewAtMs !== null && this.#now() >= held.renewAtMs)) return this.#renew();
    return sendable(held.text);
  }

  /** The server said with an answer how long the key still lives. */
  noteExpiry(key: string, seconds: number): void {
    const held = this.#held;
    if (this.#make && held?.text === key && held.endsAtMs === null)
      this.#held = heldUntil(key, this.#now() + seconds * 1000, this.#now());
  }

  /** The server refused the key. True when the next `get` may give another. */
  dropRefused(key: string): boolean {
    if (!this.#make) return false;
    if (this.#held?.text === key) this.#held = null;
    return true;
  }

  /** One at a time, however many requests wait for it. */
  #renew(): Promise<string> {
    this.#renewing ??= this.#ask().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #ask(): Promise<string> {
    const before = this.#held;
    try {
      const made = await this.#make!();
      const { apiKey, expiresAt = null } = typeof made === 'string' ? { apiKey: made } : made;
      const text = sendable(apiKey.trim());
      this.#held = heldUntil(text, expiresAt?.getTime() ?? null, this.#now());
      return text;
    } catch (error) {
      // What is still good is used; the next request tries to renew it again.
      if (before?.endsAtMs != null && this.#now() < before.endsAtMs) return before.text;
      if (error instanceof InstaVMError) throw error;
      throw new AuthenticationError({
        code: 'credential_failed',
        title: 'No credential',
        detail: 'The credential function of this client failed',
        reason: error instanceof Error ? error.message : String(error),
        hint: 'Look at what it does; it is asked again at the next call',
        cause: error,
      });
    }
  }
}

function heldUntil(text: string, endsAtMs: number | null, nowMs: number): HeldKey {
  if (endsAtMs === null) return { text, renewAtMs: null, endsAtMs };
  const beforeMs = Math.min(RENEW_BEFORE_MS, Math.max(0, endsAtMs - nowMs) * LAST_PART);
  return { text, renewAtMs: endsAtMs - beforeMs, endsAtMs };
}

/** A key that cannot be a header would fail inside fetch, with a message that quotes it. */
function sendable(apiKey: string): string {
  if (apiKey === '') {
    throw new AuthenticationError({
      code: 'no_api_key',
      detail: 'API key not set',
      hint: 'Give the key as first argument: new InstaVM(apiKey)',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    const check = checkKeyText(apiKey);
    throw new AuthenticationError({
      code: 'malformed_api_key',
      detail: 'Invalid API key or session expired',
      reason: check.ok ? null : check.problem,
      hint: 'Copy the whole key again',
    });
  }
  return apiKey;
}
