import { mintSecret, randomBase62 } from '@instavm/keyformat';
import type { Kysely, Transaction } from 'kysely';
import type { Principal } from '../auth/principal.ts';
import type { Sealer } from '../auth/sealing.ts';
import { type Actor, type Change, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, invalidField, notFound } from '../http/errors.ts';
import { type Reach, urlRefusal } from './addresses.ts';
import { giveUp, insertDelivery } from './delivery-store.ts';
import { changesOf, DEFAULTS, patternsText, type Settings, secretHint, settingsIn } from './endpoint.ts';
import {
  countEndpoints,
  type EndpointRow,
  endpointById,
  findEndpoint,
  insertEndpoint,
  isEnabled,
  setEndpoint,
} from './endpoint-store.ts';
import { DELETED } from './retention.ts';
import { placeOfSecret } from './signed-post.ts';

export interface EndpointsDeps {
  db: Kysely<Database>;
  sealer: Sealer;
  reach: Reach;
  /** Told of every change after its commit. */
  changed(endpoint: EndpointRow): void;
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/** Who asks for a change. */
export interface By {
  actor: Actor;
  principal: Pick<Principal, 'accountId' | 'environment'>;
}

const ENDPOINTS_MAX = 50;
const ID_LENGTH = 22;

/** Of an endpoint that is deleted so many go at once; the rest is swept soon after. */
const GIVEN_UP_AT_ONCE_MAX = 1000;

const SYSTEM: Actor = { type: 'system', id: 'webhooks', address: null, requestId: null };

/** Webhook endpoints of accounts: they outlive whoever made them. */
export class Endpoints {
  readonly #deps: EndpointsDeps;
  constructor(deps: EndpointsDeps) {
    this.#deps = deps;
  }

  /** @returns the endpoint and its secret, which is shown this once */
  async create(by: By, given: Settings & { url: string }): Promise<{ row: EndpointRow; secret: string }> {
    this.#requireReachable(given.url);
    const { db, randomBytes } = this.#deps;
    const { accountId, environment } = by.principal;
    const at = this.#nowText();
    const id = `whe_${randomBase62(ID_LENGTH, randomBytes)}`;
    const secret = mintSecret('webhook_secret', randomBytes);
    const row = await mutate(db, by.actor, at, async (trx) => {
      if ((await countEndpoints(trx, accountId)) >= ENDPOINTS_MAX) {
        throw new ApiError(
          'limit_reached',
          `An account has at most ${ENDPOINTS_MAX} webhook endpoints. Delete those that are no longer used.`,
        );
      }
      const seq = await record(trx, at, by.actor, 'webhook_endpoint.created', {
        ...{ id, account_id: accountId, environment },
        payload: { host: new URL(given.url).host },
      });
      return insertEndpoint(trx, {
        ...{ id, account_id: accountId, environment: environment as EndpointRow['environment'] },
        url: given.url,
        description: given.description ?? null,
        event_patterns: patternsText(given.event_patterns),
        timeout_seconds: given.timeout_seconds ?? DEFAULTS.timeout_seconds,
        max_retries: given.max_retries ?? DEFAULTS.max_retries,
        secret: this.#deps.sealer.seal(secret, placeOfSecret(id)),
        secret_hint: secretHint(secret),
        ...{ created_at: at, created_seq: seq, updated_at: at },
        disabled_at: given.enabled === false ? at : null,
        disabled_reason: given.enabled === false ? 'It was made switched off.' : null,
      });
    });
    return { row, secret };
  }

  async update(by: By, id: string, wanted: Settings): Promise<EndpointRow> {
    if (wanted.url !== undefined) this.#requireReachable(wanted.url);
    return this.#change(by, id, async (trx, before, at) => {
      const columns = changesOf(before, wanted, at);
      if (Object.keys(columns).length === 0) return before;
      const payload = { fields: settingsIn(columns) };
      await record(trx, at, by.actor, 'webhook_endpoint.updated', { ...before, payload });
      return setEndpoint(trx, id, { ...columns, updated_at: at });
    });
  }

  /** Nothing is sent any more; what was sent stays to be looked at. Deleted again it is as it was. */
  async delete(by: By, id: string): Promise<EndpointRow> {
    const known = await findEndpoint(this.#deps.db, by.principal, id);
    if (known?.deleted_at) return known;
    return this.#change(by, id, async (trx, before, at) => {
      await record(trx, at, by.actor, 'webhook_endpoint.deleted', before);
      await giveUp(trx, id, DELETED, at, GIVEN_UP_AT_ONCE_MAX);
      return setEndpoint(trx, id, { deleted_at: at, updated_at: at, disabled_reason: null });
    });
  }

  /** The new secret signs from the next attempt on: of two signatures a receiver would look at one. */
  async rotateSecret(by: By, id: string): Promise<{ row: EndpointRow; secret: string }> {
    const secret = mintSecret('webhook_secret', this.#deps.randomBytes);
    const row = await this.#change(by, id, async (trx, before, at) => {
      await record(trx, at, by.actor, 'webhook_endpoint.secret_rotated', before);
      return setEndpoint(trx, id, {
        secret: this.#deps.sealer.seal(secret, placeOfSecret(id)),
        secret_hint: secretHint(secret),
        updated_at: at,
      });
    });
    return { row, secret };
  }

  /** It answered a challenge. Null when it has been deleted, or moved elsewhere, since then. */
  async noteVerified(by: By, verified: EndpointRow): Promise<EndpointRow | null> {
    const { db } = this.#deps;
    const at = this.#nowText();
    return mutate(db, by.actor, at, async (trx) => {
      const now = await findEndpoint(trx, by.principal, verified.id);
      if (!now || now.deleted_at !== null || now.url !== verified.url) return null;
      await record(trx, at, by.actor, 'webhook_endpoint.verified', now);
      return setEndpoint(trx, now.id, { last_verified_at: at });
    });
  }

  /** @returns the id of the delivery */
  async sendTest(by: By, id: string): Promise<string> {
    let deliveryId = '';
    await this.#change(by, id, async (trx, endpoint, at) => {
      requireEnabled(endpoint);
      const seq = await record(trx, at, by.actor, 'webhook_endpoint.tested', endpoint);
      const made = { vmId: null, orderedBy: null, replayOf: null, isTest: true, eventType: 'webhook.test' };
      const of = { endpointId: id, accountId: endpoint.account_id, environment: endpoint.environment };
      deliveryId = await insertDelivery(
        trx,
        this.#deps.randomBytes,
        { ...of, ...made, eventSeq: seq },
        at,
        false,
      );
      return endpoint;
    });
    return deliveryId;
  }

  /** By the server itself. Nothing when it is off already. */
  async disable(id: string, reason: string): Promise<void> {
    const at = this.#nowText();
    const row = await mutate(this.#deps.db, SYSTEM, at, async (trx) => {
      const before = await endpointById(trx, id);
      if (!before || !isEnabled(before)) return null;
      await record(trx, at, SYSTEM, 'webhook_endpoint.disabled', { ...before, payload: { reason } });
      return setEndpoint(trx, id, { disabled_at: at, disabled_reason: reason, updated_at: at });
    });
    if (row) this.#deps.changed(row);
  }

  async #change(
    { actor, principal }: By,
    id: string,
    work: (trx: Transaction<Database>, before: EndpointRow, at: string) => Promise<EndpointRow>,
  ): Promise<EndpointRow> {
    const at = this.#nowText();
    const row = await mutate(this.#deps.db, actor, at, async (trx) => {
      const before = await findEndpoint(trx, principal, id);
      if (!before || before.deleted_at !== null) throw notFound('webhooks');
      return work(trx, before, at);
    });
    this.#deps.changed(row);
    return row;
  }

  #requireReachable(url: string): void {
    const problem = urlRefusal(url, this.#deps.reach);
    if (problem) throw invalidField('url', problem);
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

export function requireEnabled(endpoint: EndpointRow): void {
  if (isEnabled(endpoint)) return;
  const why =
    endpoint.deleted_at !== null ? 'It was deleted.' : `${endpoint.disabled_reason} Switch it on first.`;
  throw new ApiError('webhook_endpoint_disabled', `Nothing is sent to this webhook endpoint. ${why}`);
}

export function record(
  trx: Transaction<Database>,
  at: string,
  actor: Actor,
  event: Change['event'],
  of: Pick<EndpointRow, 'id' | 'account_id'> & {
    environment: string | null;
    payload?: Record<string, unknown>;
  },
): Promise<number> {
  return recordChange(trx, at, actor, {
    accountId: of.account_id,
    environment: of.environment,
    event,
    resourceType: 'webhook_endpoint',
    resourceId: of.id,
    ...(of.payload ? { payload: of.payload } : {}),
  });
}
