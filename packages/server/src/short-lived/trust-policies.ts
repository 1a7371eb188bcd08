import type { Kysely } from 'kysely';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, notFound } from '../http/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { recordPolicy } from './policy-owners.ts';
import {
  findPolicy,
  insertPolicy,
  listPolicies,
  liveKeysOf,
  type NewTrustPolicy,
  type PolicyScope,
  setPolicy,
  type TrustPolicyRow,
} from './policy-store.ts';

/** More than anybody looks through; and each is a way in. */
const POLICIES_MAX = 100;

export interface TrustPoliciesDeps {
  db: Kysely<Database>;
  keys: Pick<KeyRing, 'endWithin' | 'apply'>;
  now(): number;
}

/** Makes and ends trust policies. */
export class TrustPolicies {
  readonly #deps: TrustPoliciesDeps;
  constructor(deps: TrustPoliciesDeps) {
    this.#deps = deps;
  }

  /** Throws ApiError when the account has one of this name, or too many. */
  async create(actor: Actor, policy: Omit<NewTrustPolicy, 'created_at'>): Promise<TrustPolicyRow> {
    const at = this.#nowText();
    return mutate(this.#deps.db, actor, at, async (trx) => {
      const others = await listPolicies(trx, { accountId: policy.account_id, environment: null });
      if (others.some(({ name }) => name === policy.name)) {
        throw new ApiError(
          'name_taken',
          `Another trust policy is called "${policy.name}". Choose another name.`,
        );
      }
      if (others.length >= POLICIES_MAX) {
        throw new ApiError(
          'limit_reached',
          `An account has at most ${POLICIES_MAX} trust policies. Delete those that are no longer used.`,
        );
      }
      const row = await insertPolicy(trx, { ...policy, created_at: at });
      const { issuer, audience, subject, scopes } = row;
      await recordPolicy(trx, at, actor, 'trust_policy.created', row, {
        ...{ issuer, audience, subject },
        scopes: JSON.parse(scopes),
        service_account_id: row.service_account_id,
      });
      return row;
    });
  }

  /** Ends it with every key that came of it: refused from the next request on. Throws 404. */
  async delete(actor: Actor, scope: PolicyScope, id: number): Promise<{ revoked: number }> {
    const { db, keys } = this.#deps;
    const at = this.#nowText();
    const ended = await mutate(db, actor, at, async (trx) => {
      const policy = await findPolicy(trx, scope, id);
      if (!policy) throw notFound('trustPolicies');
      await setPolicy(trx, id, { deleted_at: at });
      const ids = (await liveKeysOf(trx, id, at)).map((key) => key.id);
      const rows = await keys.endWithin(trx, actor, ids, 'policy_ended', at);
      await recordPolicy(trx, at, actor, 'trust_policy.deleted', policy, { revoked: rows.length });
      return rows;
    });
    for (const row of ended) keys.apply(row);
    return { revoked: ended.length };
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}
