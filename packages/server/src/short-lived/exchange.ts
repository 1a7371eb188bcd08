import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Refusals } from '../audit/refusals.ts';
import type { Actor } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { ApiKeyRow } from '../keys/store.ts';
import { type ExchangeRequest, grantedScopes, invalidToken } from './exchange-request.ts';
import { type FindTrustDeps, findTrust, type Trust } from './find-trust.ts';
import { labelOf, originOf } from './origin.ts';
import type { ExchangePace } from './pace.ts';
import { liveKeysOf, livePolicy, setPolicy, type TrustPolicyRow } from './policy-store.ts';
import { type Claims, keyEndMs } from './subject-token.ts';

/** A matrix of GitHub has 256 jobs. */
export const LIVE_KEYS_MAX = 256;

export interface ExchangerDeps extends FindTrustDeps {
  db: Kysely<Database>;
  keys: Pick<KeyRing, 'createWithin' | 'apply'>;
  refusals: Pick<Refusals, 'note'>;
  pace: ExchangePace;
  log: Logger;
}

/** Where a request comes from. */
export interface ExchangeFrom {
  address: string;
  client: string;
  requestId: string;
}

export interface Exchanged {
  row: ApiKeyRow;
  fullKey: string;
  scopes: readonly string[];
  expiresInSeconds: number;
}

/** Gives a key of an hour at most for a token of an issuer that a trust policy names. Throws ApiError. */
export async function exchange(
  deps: ExchangerDeps,
  request: ExchangeRequest,
  from: ExchangeFrom,
): Promise<Exchanged> {
  const trust = await findTrust(deps, request.subjectToken, request.policyId);
  if (trust.found === 'unreachable') throw unreachable(deps, trust);
  if (trust.found === 'nothing') throw refuse(deps, trust, from);
  const { policy, claims } = trust;
  let scopes: readonly string[];
  try {
    scopes = grantedScopes(request.scopes, JSON.parse(policy.scopes) as string[]);
  } catch (error) {
    throw refuse(deps, { error: error as ApiError, about: policy }, from);
  }
  const waitSeconds = deps.pace.ofPolicy(policy.id);
  if (waitSeconds !== null) throw tooMany(waitSeconds, 'Too many exchanges for this trust policy.');
  const made = await give(deps, policy, claims, { ...request, scopes }, from);
  deps.keys.apply(made.row);
  return { ...made, scopes };
}

async function give(
  { db, keys, now }: ExchangerDeps,
  found: TrustPolicyRow,
  claims: Claims,
  asked: { scopes: readonly string[]; lifetimeSeconds: number | null },
  from: ExchangeFrom,
): Promise<{ row: ApiKeyRow; fullKey: string; expiresInSeconds: number }> {
  const nowMs = now();
  const at = new Date(nowMs).toISOString();
  const actor: Actor = {
    type: 'system',
    id: 'token-exchange',
    address: from.address,
    requestId: from.requestId,
  };
  return mutate(db, actor, at, async (trx) => {
    const policy = await livePolicy(trx, found.id);
    if (!policy) throw invalidToken('The trust policy was ended just now.');
    mustHaveRoom(await liveKeysOf(trx, policy.id, at), nowMs);
    const { max_seconds: policySeconds } = policy;
    const lifetimeSeconds = Math.min(asked.lifetimeSeconds ?? policySeconds, policySeconds);
    const endMs = keyEndMs(claims, { lifetimeSeconds, policySeconds }, nowMs);
    const expiresInSeconds = Math.floor((endMs - nowMs) / 1000);
    if (expiresInSeconds < 1) throw invalidToken('The token has expired. Ask the issuer for a new one.');
    const origin = originOf(claims);
    const { row, fullKey } = await keys.createWithin(
      trx,
      actor,
      {
        account_id: policy.account_id,
        person_id: policy.person_id,
        service_account_id: policy.service_account_id,
        environment: policy.environment,
        scopes: JSON.stringify(asked.scopes),
        label: labelOf(claims),
        description: `For a token of ${origin.issuer}, by trust policy ${policy.id}`,
        expires_at: new Date(endMs).toISOString(),
        created_from_address: from.address,
        created_from_client: from.client,
        trust_policy_id: policy.id,
      },
      at,
      { source: 'token_exchange', trust_policy_id: policy.id, ...origin },
    );
    await setPolicy(trx, policy.id, { last_used_at: at, exchanges: policy.exchanges + 1 });
    return { row, fullKey, expiresInSeconds };
  });
}

/** However many tokens somebody has, so many keys can be out at once. */
function mustHaveRoom(live: readonly { expires_at: string | null }[], nowMs: number): void {
  if (live.length < LIVE_KEYS_MAX) return;
  const waitSeconds = Math.ceil((Date.parse(live[0]!.expires_at!) - nowMs) / 1000);
  throw tooMany(
    Math.max(1, waitSeconds),
    `This trust policy has ${LIVE_KEYS_MAX} live keys, which is as many as it may have. Revoke those that are no longer used, or ask for shorter ones with lifetime_seconds.`,
  );
}

function tooMany(waitSeconds: number, reason: string): ApiError {
  return new ApiError('rate_limit_exceeded', 'Rate limit exceeded', {
    headers: { 'retry-after': String(waitSeconds) },
    extra: { reason },
  });
}

const ISSUER_AGAIN_SECONDS = 5;

function unreachable({ log }: ExchangerDeps, { error }: Extract<Trust, { found: 'unreachable' }>): ApiError {
  log.warn({ err: error }, 'the keys of an issuer could not be read, so none of its tokens is accepted');
  return new ApiError(
    'issuer_unreachable',
    "The keys of the token's issuer cannot be read just now, so the signature cannot be checked. Nothing was accepted; try again shortly.",
    { headers: { 'retry-after': String(ISSUER_AGAIN_SECONDS) } },
  );
}

/** Counted by where it comes from; told to the account that it came as far as. */
function refuse(
  { refusals, pace, now }: ExchangerDeps,
  { error, about }: Pick<Extract<Trust, { found: 'nothing' }>, 'error' | 'about'>,
  { address, requestId }: ExchangeFrom,
): ApiError {
  const waitSeconds = pace.ofRefused(address);
  if (waitSeconds !== null) return tooMany(waitSeconds, 'Too many refused tokens from this network.');
  refusals.note({
    code: error.code,
    operation: 'oauth.token',
    subject: about && {
      accountId: about.account_id,
      environment: about.environment,
      keyId: null,
      personId: null,
      isProven: false,
    },
    address,
    requestId,
    atMs: now(),
  });
  return error;
}
