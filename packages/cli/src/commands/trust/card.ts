import type { TrustPolicy } from '@instavm/sdk';
import { card } from '../../output/text.ts';
import { exactTime } from '../../output/time.ts';
import { scopesInWords } from '../keys/words.ts';

export function policyCard(policy: TrustPolicy, nowMs: number): string {
  return card([
    ['Trust policy', policy.id],
    ['Name', policy.name],
    ['Issuer', policy.issuer],
    ['Audience', policy.audience],
    ['Subject', policy.subject],
    ['Scopes', scopesInWords(policy.scopes)],
    ['Environment', policy.environment ?? 'none: sees all machines'],
    ['Keys live', `${policy.max_seconds} s at most`],
    [
      'Keys belong to',
      policy.service_account_id ? `service account ${policy.service_account_id}` : 'its maker',
    ],
    ...(policy.jwks_url ? ([['Keys of the issuer', policy.jwks_url]] as [string, unknown][]) : []),
    ['Created', exactTime(policy.created_at, nowMs)],
    ['Last used', exactTime(policy.last_used_at, nowMs) ?? 'never'],
    ['Keys given', policy.exchanges],
  ]);
}
