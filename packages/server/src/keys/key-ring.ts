import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeyEndReason } from '@instavm/contract/states';
import { type CredentialKind, KEY_PREFIX, mintSecret, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import type { Kysely, Transaction } from 'kysely';
import type { KeyAnomalies } from '../anomalies/key-anomalies.ts';
import { scopeSets } from '../auth/effective-permissions.ts';
import { keysMax, type Owners } from '../auth/owners.ts';
import type { Peppers } from '../auth/pepper.ts';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import type { PageReader } from '../db/sqlite.ts';
import type { Retry } from '../http/retry.ts';
import { keyLimits } from '../limits/key-limits.ts';
import { importKey } from './import-key.ts';
import { indexedRows } from './indexed-rows.ts';
import { type IndexedRow, indexed, type KeyRecord, keyRecord } from './key.ts';
import { endKey, type KeyPatch, setAndRecord, setDisabled, updateKey } from './key-changes.ts';
import type { KeyIndex } from './key-index.ts';
import type { LastUsed } from './last-used.ts';
import { newLegacyId } from './legacy-keys.ts';
import { insertKey, type NewApiKey } from './new-key.ts';
import { type HeldBy, holderOf, NOTHING_SET, type PassingKey } from './passing-key.ts';
import { noteFirstUse, type RotationPolicy, rotateKey, undoRotation } from './rotation.ts';
import { SealedAnswers } from './sealed-answer.ts';
import { type ApiKeyRow, everyKey, findAnyKey, keyById, keysById } from './store.ts';
import type { TokenIndex } from './token-index.ts';
import { judgeKey } from './verdict.ts';

/** Where and by what a key is made. */
type MadeFrom = Pick<NewApiKey, 'created_from_address' | 'created_from_client'>;

export type KeySettings = Omit<
  NewApiKey,
  'public_id' | 'digest' | 'pepper_version' | 'created_at' | 'rotated_from'
>;

export interface KeyRingDeps {
  db: Kysely<Database>;
  readPages: PageReader;
  index: KeyIndex;
  tokens: TokenIndex;
  owners: Owners;
  lastUsed: LastUsed;
  anomalies: KeyAnomalies;
  peppers: Peppers;
  /** Live keys an account may have where it has no bound of its own. */
  maxKeys: number;
  now(): number;
  randomBytes(size: number): Uint8Array;
}

const SYSTEM: Actor = { type: 'system', id: 'instavmd', address: null, requestId: null };

/** One statement for so many rows takes a tenth of a statement for each. */
const RELOADED_AT_ONCE = 200;

/**
 * Every way to make, change and end a key. Each commits first and then applies the row to the index, before
 * it answers: what was acknowledged is on the disk and in force for the next request.
 */
export class KeyRing {
  readonly #deps: KeyRingDeps;
  readonly #sealed: SealedAnswers;
  readonly #scopeSetOf = scopeSets();
  readonly #limitsOf = keyLimits();
  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
    this.#sealed = new SealedAnswers(deps);
  }

  /** Fills the index. The server must not answer before this has ended; the owners must be known already. */
  async load(): Promise<void> {
    for (const page of indexedRows(this.#deps.readPages, this.#deps.now())) {
      for (const { row, digest } of page) this.#put(row, digest);
      await nextTurn();
    }
  }

  /**
   * `fullKey` exists here alone: it is shown once, and kept sealed for ten minutes where the caller gave a `retry`.
   * The same retry again gives the same key. Throws ApiError.
   */
  async create(
    actor: Actor,
    settings: KeySettings,
    retry: Retry | null = null,
  ): Promise<{ row: ApiKeyRow; fullKey: string; isReplay: boolean }> {
    const at = this.#nowText();
    const maxKeys = this.#maxKeysOf(settings.account_id);
    const { subject, ...made } = await this.#onceFor(actor, retry, at, async (trx, { fullKey, secret }) => {
      const row = await insertKey(trx, actor, { ...settings, ...secret, created_at: at }, maxKeys);
      return { row, fullKey, subject: row.id };
    });
    const row = made.row ?? (await keyById(this.#deps.db, subject));
    this.apply(row);
    return { row, fullKey: made.fullKey, isReplay: made.row === null };
  }

  /**
   * The part of `create` for a larger change, and the one way to make a key or token that does not last; whoever calls
   * it applies the row after the commit. Throws ApiError.
   */
  async createWithin(
    trx: Transaction<Database>,
    actor: Actor,
    settings: PassingKey,
    at: string,
    payload: Record<string, unknown>,
  ): Promise<{ row: ApiKeyRow; fullKey: string }> {
    const { fullKey, secret } = this.#mint(settings.kind);
    const key = { ...NOTHING_SET, ...settings, ...secret, created_at: at };
    return { row: await insertKey(trx, actor, key, this.#maxKeysOf(settings.account_id), payload), fullKey };
  }

  /**
   * Takes a key that was made elsewhere, of which its digest alone is kept. Null when it is there already. Throws
   * ApiError.
   */
  async importLegacy(actor: Actor, text: string, settings: KeySettings): Promise<ApiKeyRow | null> {
    const { index, peppers, randomBytes } = this.#deps;
    if (index.legacy?.publicIdOf(text, peppers)) return null;
    const secret = {
      public_id: newLegacyId(text, randomBytes),
      digest: peppers.digest(peppers.current, text)!,
      pepper_version: peppers.current,
    };
    const maxKeys = this.#maxKeysOf(settings.account_id);
    const row = await this.#change(actor, (trx, at) =>
      importKey(trx, actor, { ...settings, ...secret, created_at: at }, maxKeys),
    );
    return row && this.apply(row);
  }

  /** Makes the successor of a key. Throws ApiError when it has ended or has a successor. */
  async rotate(
    actor: Actor,
    id: number,
    policy: RotationPolicy,
    from: MadeFrom,
    retry: Retry | null = null,
  ): Promise<{ row: ApiKeyRow; fullKey: string; previous: ApiKeyRow; isReplay: boolean }> {
    const at = this.#nowText();
    const {
      subject,
      fullKey,
      row: made,
    } = await this.#onceFor(actor, retry, at, async (trx, made) => {
      const secret = { ...made.secret, ...from };
      const { successor } = await rotateKey(trx, actor, id, secret, policy, at, this.#maxKeysOf);
      return { row: successor, fullKey: made.fullKey, subject: successor.id };
    });
    const row = await this.#reload(subject);
    const previous = await this.#reload(row.rotated_from!);
    return { row, fullKey, previous, isReplay: made === null };
  }

  /** The old key as it is again. Throws ApiError when it has ended or its successor was used. */
  async undoRotation(actor: Actor, id: number): Promise<ApiKeyRow> {
    const { restored, successor } = await this.#change(actor, (trx, at) => undoRotation(trx, actor, id, at));
    this.apply(successor);
    return this.apply(restored);
  }

  /** To be awaited before the first request of a successor goes on: it may end the old key. */
  async noteFirstUse(id: number): Promise<void> {
    for (const row of await this.#change(SYSTEM, (trx, at) => noteFirstUse(trx, SYSTEM, id, at)))
      this.apply(row);
  }

  /** Undefined when the key has ended. Throws ApiError when the label is taken. */
  async update(actor: Actor, id: number, patch: KeyPatch): Promise<ApiKeyRow | undefined> {
    const row = await this.#change(actor, (trx, at) => updateKey(trx, actor, id, patch, at));
    return row && this.apply(row);
  }

  /** Undefined when the key has ended. */
  async setDisabled(actor: Actor, id: number, disabled: boolean): Promise<ApiKeyRow | undefined> {
    const { anomalies } = this.#deps;
    const row = await this.#change(actor, async (trx, at) => {
      const changed = await setDisabled(trx, actor, id, disabled, at);
      if (changed && !disabled) await anomalies.releaseWithin(trx, actor, id, at);
      return changed;
    });
    await anomalies.reload(id);
    return row && this.apply(row);
  }

  /**
   * As `setDisabled`, within a larger change; undefined also when it is disabled already. Whoever calls it applies the
   * row.
   */
  async quarantineWithin(
    trx: Transaction<Database>,
    actor: Actor,
    id: number,
    at: string,
    payload: Record<string, unknown>,
  ): Promise<ApiKeyRow | undefined> {
    const { disabled_at: disabledAt } = await keyById(trx, id);
    if (disabledAt !== null) return undefined;
    return setDisabled(trx, actor, id, true, at, { event: 'api_key.quarantined', payload });
  }

  /** Ends keys for good, all or none; refused from the next request on, once this has answered. */
  async end(actor: Actor, ids: readonly number[], reason: KeyEndReason): Promise<ApiKeyRow[]> {
    const rows = await this.#change(actor, (trx, at) => this.endWithin(trx, actor, ids, reason, at));
    return rows.map((row) => this.apply(row));
  }

  /** The part of `end` for a larger change; whoever calls it applies the rows after the commit. */
  async endWithin(
    trx: Transaction<Database>,
    actor: Actor,
    ids: readonly number[],
    reason: KeyEndReason,
    at: string,
  ): Promise<ApiKeyRow[]> {
    const rows = [];
    for (const id of ids) rows.push(await endKey(trx, actor, id, reason, at));
    return rows;
  }

  /** What keys end by themselves; the check of a request refuses them already, this makes it last. */
  async endDue(due: readonly { id: number; reason: KeyEndReason }[]): Promise<void> {
    for (const { id, reason } of due) await this.end(SYSTEM, [id], reason);
  }

  /** The key was where others may have read it. */
  async noteExposure(id: number, how: 'sent_in_clear' | 'seen_in_url', address: string): Promise<void> {
    const row = await this.#change(SYSTEM, (trx, at) =>
      setAndRecord(trx, SYSTEM, id, { [`${how}_at`]: at }, at, `api_key.${how}`, { address }),
    );
    this.apply(row);
  }

  /** By number or public id, in any account: for the operator alone. */
  async find(id: string): Promise<ApiKeyRow | undefined> {
    return findAnyKey(this.#deps.db, id);
  }

  /** The records of every account's keys, tombstones included: for the operator alone. */
  async *records(): AsyncGenerator<KeyRecord & { account_id: number }> {
    for await (const row of everyKey(this.#deps.db)) {
      yield { ...this.record(row), account_id: row.account_id };
    }
  }

  record(row: ApiKeyRow): KeyRecord {
    const { owners, lastUsed, anomalies, now } = this.#deps;
    const permissions = this.permissionsOf(row);
    return keyRecord(row, owners.of(row), permissions, lastUsed.get(row.id), anomalies.of(row.id), now());
  }

  /** What a key with these scopes may do, within the role of its owner. */
  permissionsOf(key: Pick<ApiKeyRow, 'account_id' | 'person_id' | 'service_account_id' | 'scopes'> & HeldBy) {
    return this.#scopeSetOf(key.scopes, holderOf(key)).under(this.#deps.owners.of(key).role);
  }

  /** Server processes that refuse the key, of all: this one looks it up as a request would. */
  refusedBy(row: ApiKeyRow): string {
    const key = this.#deps.index.get(row.public_id);
    const refused = key !== undefined && judgeKey(key, this.#deps.now()) !== null;
    return `${refused ? 1 : 0}/1`;
  }

  /** Makes memory follow keys that another process may have changed. */
  async reload(ids: ReadonlySet<number>): Promise<void> {
    // A successor finds the key before it.
    const all = [...ids].sort((a, b) => a - b);
    for (let from = 0; from < all.length; from += RELOADED_AT_ONCE) {
      const rows = await keysById(this.#deps.db, all.slice(from, from + RELOADED_AT_ONCE));
      for (const row of rows) this.apply(row);
    }
  }

  /** Makes memory follow a row that is committed. */
  apply(row: ApiKeyRow): ApiKeyRow {
    this.#put(row, row.digest);
    return row;
  }

  readonly #maxKeysOf = (accountId: number) =>
    keysMax(this.#deps.owners.account(accountId), this.#deps.maxKeys);

  #put(row: IndexedRow, digest: Uint8Array): void {
    const { index, tokens, owners } = this.#deps;
    const scopeSet = this.#scopeSetOf(row.scopes, holderOf(row));
    const place = row.kind === 'api_key' ? index : tokens;
    const limits = this.#limitsOf(row.rate_limit, row.concurrent_requests);
    place.put(row.public_id, indexed(row, owners.of(row), scopeSet, limits), digest);
  }

  async #reload(id: number): Promise<ApiKeyRow> {
    return this.apply(await keyById(this.#deps.db, id));
  }

  #change<T>(actor: Actor, work: (trx: Transaction<Database>, at: string) => Promise<T>): Promise<T> {
    const at = this.#nowText();
    return mutate(this.#deps.db, actor, at, (trx) => work(trx, at));
  }

  /** Runs `work` with a new secret, or finds what it gave the first time. */
  async #onceFor(
    actor: Actor,
    retry: Retry | null,
    at: string,
    work: (
      trx: Transaction<Database>,
      made: { fullKey: string; secret: Pick<NewApiKey, 'public_id' | 'digest' | 'pepper_version'> },
    ) => Promise<{ row: ApiKeyRow; fullKey: string; subject: number }>,
  ): Promise<{ row: ApiKeyRow | null; fullKey: string; subject: number }> {
    return mutate(this.#deps.db, actor, at, async (trx) => {
      const known = retry && (await this.#sealed.find(trx, retry, at));
      if (known) return { ...known, row: null };
      const made = await work(trx, this.#mint());
      if (retry) await this.#sealed.store(trx, retry, at, made);
      return made;
    });
  }

  #mint(kind: CredentialKind = 'api_key') {
    const { peppers, randomBytes } = this.#deps;
    const fullKey = mintSecret(kind, randomBytes);
    const secret = {
      public_id: fullKey.slice(KEY_PREFIX.length, KEY_PREFIX.length + PUBLIC_ID_LENGTH),
      digest: peppers.digest(peppers.current, fullKey)!,
      pepper_version: peppers.current,
    };
    return { fullKey, secret };
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}
