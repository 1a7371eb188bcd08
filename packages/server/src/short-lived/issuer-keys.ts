import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose';

/** Where the keys of an issuer are: in its discovery document unless `jwksUrl` says. */
export interface KeySource {
  issuer: string;
  jwksUrl: string | null;
}

/** The keys could not be had: nothing can be checked, so nothing is accepted. The message is for the operator's log. */
export class IssuerUnreachableError extends Error {
  override name = 'IssuerUnreachableError';
}

export interface IssuerKeysDeps {
  /** GET -> parsed JSON, bounded in size and time, over addresses that may be reached. Throws Error. */
  fetchJson(url: string): Promise<unknown>;
  monotonicMs(): number;
}

/** After this a removed key is accepted no more. */
const FRESH_MS = 10 * 60_000;
/** While the issuer does not answer, what is known of it is believed for so long. */
const STALE_MS = 60 * 60_000;
/** Between two looks for a key that is not known: tokens with made-up names must not become requests to the issuer. */
const UNKNOWN_AGAIN_MS = 30_000;
const FAILED_AGAIN_MS = 5000;
const SOURCES_MAX = 1000;
const KEYS_MAX = 100;

interface Known {
  find: JWTVerifyGetKey | null;
  loadedAtMs: number;
  triedAtMs: number;
  problem: string | null;
  loading: Promise<void> | null;
}

/** Public keys of issuers, kept while they are fresh and looked for again when a token names one that is not there. */
export class IssuerKeys {
  readonly #deps: IssuerKeysDeps;
  readonly #known = new Map<string, Known>();
  constructor(deps: IssuerKeysDeps) {
    this.#deps = deps;
  }

  /** Finds the key that a token's header names. Throws IssuerUnreachableError, or errors of jose for no such key. */
  of(source: KeySource): JWTVerifyGetKey {
    return async (header, token) => {
      const known = this.#entry(source);
      if (this.#ageMs(known) >= FRESH_MS) await this.#load(source, known);
      const find = this.#usable(known, source);
      try {
        return await find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        await this.#load(source, known);
        // The issuer may have made the key meanwhile; nobody can tell until it answers.
        if (known.problem !== null) throw unreachable(known, source);
        return this.#usable(known, source)(header, token);
      }
    };
  }

  #entry(source: KeySource): Known {
    const name = JSON.stringify([source.issuer, source.jwksUrl]);
    let known = this.#known.get(name);
    if (!known) {
      known = { find: null, loadedAtMs: -Infinity, triedAtMs: -Infinity, problem: null, loading: null };
      if (this.#known.size >= SOURCES_MAX) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(name, known);
    }
    return known;
  }

  #ageMs({ loadedAtMs }: Known): number {
    return this.#deps.monotonicMs() - loadedAtMs;
  }

  #usable(known: Known, source: KeySource): JWTVerifyGetKey {
    if (known.find === null || this.#ageMs(known) >= STALE_MS) throw unreachable(known, source);
    return known.find;
  }

  /** Asks the issuer unless that was done a moment ago; whoever comes meanwhile waits for the same answer. */
  async #load(source: KeySource, known: Known): Promise<void> {
    const againMs = known.problem === null ? UNKNOWN_AGAIN_MS : FAILED_AGAIN_MS;
    if (!known.loading && this.#deps.monotonicMs() - known.triedAtMs < againMs) return;
    known.loading ??= this.#ask(source)
      .then(
        (find) => Object.assign(known, { find, problem: null, loadedAtMs: this.#deps.monotonicMs() }),
        (error: Error) => Object.assign(known, { problem: error.message }),
      )
      .then(() => Object.assign(known, { loading: null, triedAtMs: this.#deps.monotonicMs() }))
      .then(() => undefined);
    await known.loading;
  }

  async #ask({ issuer, jwksUrl }: KeySource): Promise<JWTVerifyGetKey> {
    const url = jwksUrl ?? (await this.#discover(issuer));
    const keys = publicKeys(await this.#deps.fetchJson(url));
    if (keys.length === 0) throw new Error('it has no keys that signatures are checked with');
    return createLocalJWKSet({ keys } satisfies JSONWebKeySet);
  }

  /** OpenID Connect Discovery 1.0, section 4. */
  async #discover(issuer: string): Promise<string> {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const found = (await this.#deps.fetchJson(url)) as { issuer?: unknown; jwks_uri?: unknown } | null;
    if (found?.issuer !== issuer) throw new Error('its discovery document is that of another issuer');
    if (typeof found.jwks_uri !== 'string') throw new Error('its discovery document names no keys');
    return found.jwks_uri;
  }
}

function unreachable(known: Known, { issuer }: KeySource): IssuerUnreachableError {
  return new IssuerUnreachableError(`${issuer}: ${known.problem ?? 'its keys are not known yet'}`);
}

/** 8192 bits, and an exponent of 32: larger numbers only cost whoever checks. */
const MODULUS_LENGTH_MAX = 1366;
const EXPONENT_LENGTH_MAX = 6;

/** Those that signatures can be checked with: no shared secrets, nothing for encryption, nothing oversized. */
function publicKeys(found: unknown): JWK[] {
  const keys = (found as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new Error('it answered something else than keys');
  return keys.slice(0, KEYS_MAX).filter((key: JWK | null): key is JWK => {
    if (typeof key !== 'object' || key === null || (key.use ?? 'sig') !== 'sig') return false;
    if (key.kty !== 'RSA') return key.kty === 'EC' || key.kty === 'OKP';
    return lengthOf(key.n) <= MODULUS_LENGTH_MAX && lengthOf(key.e) <= EXPONENT_LENGTH_MAX;
  });
}

const lengthOf = (text: unknown) => (typeof text === 'string' ? text.length : Number.POSITIVE_INFINITY);
