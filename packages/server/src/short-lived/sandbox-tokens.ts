import type { Kysely, Transaction } from 'kysely';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, notFound } from '../http/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { LastUsed } from '../keys/last-used.ts';
import type { ApiKeyRow } from '../keys/store.ts';
import { type TokenRequest, tokenRecord } from './sandbox-token.ts';
import {
  countLiveTokens,
  endTokensOf,
  machineOf,
  type TokenMachine,
  type TokenScope,
  tokenOf,
  tokensOf,
} from './token-store.ts';

/** Its own, and those that somebody made for what runs on it. */
const LIVE_TOKENS_MAX = 16;

export interface SandboxTokensDeps {
  db: Kysely<Database>;
  keys: Pick<KeyRing, 'createWithin' | 'endWithin' | 'apply'>;
  lastUsed: Pick<LastUsed, 'get'>;
  now(): number;
}

/** Tokens of machines. Each is made for one, and ends with it in the transaction of its end. */
export class SandboxTokens {
  readonly #deps: SandboxTokensDeps;
  constructor(deps: SandboxTokensDeps) {
    this.#deps = deps;
  }

  /** Within the change that makes the machine; `apply` is to follow its commit. The text is kept nowhere. */
  async mint(
    trx: Transaction<Database>,
    actor: Actor,
    vm: Pick<TokenMachine, 'id' | 'account_id' | 'environment'>,
    asked: TokenRequest,
    at: string,
  ): Promise<{ row: ApiKeyRow; text: string }> {
    const { lifetimeSeconds } = asked;
    const endMs = lifetimeSeconds === null ? null : Date.parse(at) + lifetimeSeconds * 1000;
    const { row, fullKey } = await this.#deps.keys.createWithin(
      trx,
      actor,
      {
        kind: 'sandbox_token',
        vm_id: vm.id,
        account_id: vm.account_id,
        person_id: asked.personId,
        service_account_id: asked.serviceAccountId,
        environment: vm.environment,
        scopes: JSON.stringify(asked.scopes),
        label: asked.label,
        description: null,
        expires_at: endMs === null ? null : new Date(endMs).toISOString(),
        created_from_address: asked.madeFrom.address,
        created_from_client: asked.madeFrom.client,
      },
      at,
      { scopes: asked.scopes, expires_at: endMs === null ? null : new Date(endMs).toISOString() },
    );
    return { row, text: fullKey };
  }

  /** Within the change that ends the machine, whose number is `seq`; `apply` is to follow its commit. */
  endOf(trx: Transaction<Database>, vmId: string, at: string, seq: number): Promise<ApiKeyRow[]> {
    return endTokensOf(trx, vmId, at, seq);
  }

  /** Puts in force what was committed. */
  apply(rows: readonly ApiKeyRow[]): void {
    for (const row of rows) this.#deps.keys.apply(row);
  }

  /** Throws 404 for no machine of the caller's, 410 for one that has ended, 409 where it has too many. */
  async create(
    actor: Actor,
    scope: TokenScope,
    vmId: string,
    asked: TokenRequest,
  ): Promise<{ row: ApiKeyRow; text: string }> {
    const at = this.#nowText();
    const made = await mutate(this.#deps.db, actor, at, async (trx) => {
      const vm = await machineOf(trx, scope, vmId);
      if (!vm) throw notFound('vms');
      if (vm.ended_at !== null) throw machineEnded(vm);
      if ((await countLiveTokens(trx, vmId, at)) >= LIVE_TOKENS_MAX) {
        throw new ApiError(
          'limit_reached',
          `A machine has at most ${LIVE_TOKENS_MAX} live tokens. Revoke those that are no longer used.`,
        );
      }
      return this.mint(trx, actor, vm, asked, at);
    });
    this.apply([made.row]);
    return made;
  }

  /** Throws 404 for no machine of the caller's. */
  async list(scope: TokenScope, vmId: string) {
    const { db } = this.#deps;
    if (!(await machineOf(db, scope, vmId))) throw notFound('vms');
    return (await tokensOf(db, vmId)).map((row) => this.record(row));
  }

  /** Refused from the next request on, once this has answered. Again: the same. Throws 404. */
  async revoke(actor: Actor, scope: TokenScope, vmId: string, id: number): Promise<void> {
    const { db, keys } = this.#deps;
    const at = this.#nowText();
    const ended = await mutate(db, actor, at, async (trx) => {
      const vm = await machineOf(trx, scope, vmId);
      if (!vm || !(await tokenOf(trx, vmId, id))) throw notFound('sandboxTokens');
      return keys.endWithin(trx, actor, [id], 'revoked', at);
    });
    this.apply(ended);
  }

  record(row: ApiKeyRow) {
    return tokenRecord(row, this.#deps.lastUsed.get(row.id)?.at ?? null, this.#deps.now());
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

function machineEnded({ session_id: sessionId, ended_at: endedAt }: TokenMachine): ApiError {
  return new ApiError('session_expired', 'Session expired', {
    extra: { session_id: sessionId, ended_at: endedAt, reason: 'the machine has ended' },
  });
}
