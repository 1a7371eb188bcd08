import { expandScopes } from '@instavm/contract/permissions';
import { KEY_PREFIX, mintKey, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import type { Kysely } from 'kysely';
import type { Peppers } from '../auth/pepper.ts';
import type { Actor } from '../db/feed.ts';
import type { Database } from '../db/schema.ts';
import { indexed, keyRecord } from './key.ts';
import type { IndexedKey, KeyIndex } from './key-index.ts';
import type { LastUsed } from './last-used.ts';
import {
  type ApiKeyRow,
  everyKey,
  findAnyKey,
  insertKey,
  type KeyPatch,
  type NewApiKey,
  revokeKey,
  updateKey,
} from './store.ts';

export type KeySettings = Omit<NewApiKey, 'public_id' | 'digest' | 'pepper_version' | 'created_at'>;

const PERMISSION_SETS_MAX = 1000;

export interface KeyRingDeps {
  db: Kysely<Database>;
  index: KeyIndex;
  lastUsed: LastUsed;
  peppers: Peppers;
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/**
 * Every way to make, change and end a key. Each commits first and then applies the row to the index, before
 * it answers: what was acknowledged is on the disk and in force for the next request.
 */
export class KeyRing {
  readonly #deps: KeyRingDeps;
  /** By the JSON text of scopes: few texts, many keys, one set for each. */
  readonly #permissionSets = new Map<string, IndexedKey['permissions']>();
  constructor(deps: KeyRingDeps) {
    this.#deps = deps;
  }

  /** Fills the index. The server must not answer before this has ended. */
  async load(): Promise<void> {
    for await (const row of everyKey(this.#deps.db)) this.#apply(row);
  }

  /** `fullKey` exists here alone: it is shown once and stored nowhere. */
  async create(actor: Actor, settings: KeySettings): Promise<{ row: ApiKeyRow; fullKey: string }> {
    const { db, peppers } = this.#deps;
    const fullKey = mintKey(this.#deps.randomBytes);
    const row = await insertKey(db, actor, {
      ...settings,
      public_id: fullKey.slice(KEY_PREFIX.length, KEY_PREFIX.length + PUBLIC_ID_LENGTH),
      digest: peppers.digest(peppers.current, fullKey)!,
      pepper_version: peppers.current,
      created_at: this.#nowText(),
    });
    this.#apply(row);
    return { row, fullKey };
  }

  /** Undefined when the key is revoked. */
  async update(actor: Actor, id: number, patch: KeyPatch): Promise<ApiKeyRow | undefined> {
    const row = await updateKey(this.#deps.db, actor, id, patch, this.#nowText());
    if (row) this.#apply(row);
    return row;
  }

  /** Refused from the next request on, once this has answered. */
  async revoke(actor: Actor, id: number): Promise<ApiKeyRow> {
    const { row } = await revokeKey(this.#deps.db, actor, id, this.#nowText());
    this.#apply(row);
    return row;
  }

  /** By number or public id, in any account: for the operator alone. */
  async find(id: string): Promise<ApiKeyRow | undefined> {
    return findAnyKey(this.#deps.db, id);
  }

  /** The records of every account's keys, tombstones included: for the operator alone. */
  async *records(nowMs: number): AsyncGenerator<ReturnType<typeof keyRecord> & { account_id: number }> {
    for await (const row of everyKey(this.#deps.db)) {
      yield { ...keyRecord(row, this.#deps.lastUsed.get(row.id), nowMs), account_id: row.account_id };
    }
  }

  #apply(row: ApiKeyRow): void {
    this.#deps.index.put(row.public_id, indexed(row, this.#permissionsOf(row.scopes)), row.digest);
  }

  #permissionsOf(scopes: string): IndexedKey['permissions'] {
    let set = this.#permissionSets.get(scopes);
    if (!set) {
      set = expandScopes(JSON.parse(scopes) as string[]);
      if (this.#permissionSets.size < PERMISSION_SETS_MAX) this.#permissionSets.set(scopes, set);
    }
    return set;
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}
