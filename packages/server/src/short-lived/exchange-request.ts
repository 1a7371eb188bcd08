import type { oauth } from '@instavm/contract';
import { expandScopes, isScope } from '@instavm/contract/permissions';
import type { InputOf } from '../http/bind.ts';
import { ApiError } from '../http/errors.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** A signed JSON Web Token goes by each of these names; the token itself is what counts. */
const SUBJECT_TYPES: readonly string[] = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
  ACCESS_TOKEN,
];

export interface ExchangeRequest {
  subjectToken: string;
  /** Null is all that the policy gives. */
  scopes: readonly string[] | null;
  policyId: number | null;
  lifetimeSeconds: number | null;
}

/** RFC 8693 section 2.1. `audience` and `resource` are not used: a key is good at this server alone. Throws ApiError. */
export function readExchange(body: InputOf<typeof oauth.token>['body']): ExchangeRequest {
  if (body.grant_type !== GRANT_TYPE) {
    throw invalidExchange(`grant_type must be ${GRANT_TYPE}.`, 'unsupported_grant_type');
  }
  if (!body.subject_token) throw invalidExchange('subject_token is missing: the token that the issuer gave.');
  if (!SUBJECT_TYPES.includes(body.subject_token_type ?? '')) {
    throw invalidExchange(`subject_token_type must be one of ${SUBJECT_TYPES.join(', ')}.`);
  }
  if ((body.requested_token_type ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
    throw invalidExchange(`requested_token_type can only be ${ACCESS_TOKEN}.`);
  }
  if (body.actor_token || body.actor_token_type) {
    throw invalidExchange('actor_token is not supported: the key acts for the subject of the token alone.');
  }
  const scopes = [...new Set((body.scope ?? '').split(' ').filter((name) => name !== ''))];
  const unknown = scopes.find((name) => !isScope(name));
  if (unknown) throw invalidExchange(`scope: ${unknown.slice(0, 60)} is no scope.`);
  return {
    subjectToken: body.subject_token.trim(),
    scopes: scopes.length === 0 ? null : scopes,
    policyId: body.policy_id ?? null,
    lifetimeSeconds: body.lifetime_seconds ?? null,
  };
}

/** What is asked for, all of which the policy must give. Throws ApiError. */
export function grantedScopes(
  asked: readonly string[] | null,
  ofPolicy: readonly string[],
): readonly string[] {
  if (asked === null) return ofPolicy;
  const given = expandScopes(ofPolicy);
  const beyond = asked.find((name) => [...expandScopes([name])].some((permission) => !given.has(permission)));
  if (beyond === undefined) return asked;
  throw invalidExchange(
    `scope: ${beyond} is more than the trust policy gives, which is ${ofPolicy.join(' ')}. Ask for less, or for nothing to get all of that.`,
  );
}

export function invalidExchange(detail: string, error = 'invalid_request'): ApiError {
  return new ApiError('invalid_exchange_request', detail, { extra: { error } });
}

export function invalidToken(detail: string): ApiError {
  return new ApiError('invalid_subject_token', detail, { extra: { error: 'invalid_request' } });
}
