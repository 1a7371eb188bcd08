import type { ExchangedToken } from '../generated/types.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from '../resources/call-options.ts';
import type { ShortLivedKey } from './credential.ts';

export interface ExchangeOptions extends CallOptions {
  /** The identity token (JWT) that the CI or platform gave. */
  subjectToken: string;
  /** Which trust policy, when the token fits several. */
  policyId?: number | undefined;
  /** No more than the policy gives; all of it unless said. */
  scopes?: readonly string[] | undefined;
  lifetimeSeconds?: number | undefined;
}

/** An API key that ends soon, with what it may do. Fits as the answer of a credential function. */
export interface ExchangedKey extends ShortLivedKey {
  expiresAt: Date;
  apiKeyId: number;
  scopes: string[];
}

/** RFC 8693: an identity token for a short-lived API key, where a trust policy of the server says so. */
export async function exchange(
  send: Transport,
  { subjectToken, policyId, scopes, lifetimeSeconds, ...call }: ExchangeOptions,
  now: () => number,
): Promise<ExchangedKey> {
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken.trim(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  });
  if (scopes) form.set('scope', scopes.join(' '));
  if (policyId !== undefined) form.set('policy_id', String(policyId));
  if (lifetimeSeconds !== undefined) form.set('lifetime_seconds', String(lifetimeSeconds));
  const askedAtMs = now();
  // Asked twice it gives two keys, both of which end soon.
  const answer = await send<ExchangedToken>('POST', '/oauth/token', {
    form,
    repeatable: true,
    withKey: false,
    ...call,
  });
  return {
    apiKey: answer.access_token,
    expiresAt: new Date(askedAtMs + answer.expires_in * 1000),
    apiKeyId: answer.api_key_id,
    scopes: answer.scope.split(' ').filter((scope) => scope !== ''),
  };
}
