import type { Environment } from '@instavm/contract/states';
import type { TrustPolicyRow } from './policy-store.ts';
import { matchesSubject } from './subject-pattern.ts';
import type { Claims } from './subject-token.ts';

/** The record as the API shows it. */
export function policyRecord(row: TrustPolicyRow) {
  return {
    id: row.id,
    name: row.name,
    issuer: row.issuer,
    audience: row.audience,
    subject: row.subject,
    scopes: JSON.parse(row.scopes) as string[],
    environment: row.environment as Environment | null,
    max_seconds: row.max_seconds,
    service_account_id: row.service_account_id,
    jwks_url: row.jwks_url,
    created_at: row.created_at,
    created_by: row.person_id,
    last_used_at: row.last_used_at,
    exchanges: row.exchanges,
  };
}

export const takesAudience = ({ audience }: Pick<TrustPolicyRow, 'audience'>, { aud }: Claims): boolean =>
  aud.includes(audience);

export const takesSubject = ({ subject }: Pick<TrustPolicyRow, 'subject'>, { sub }: Claims): boolean =>
  matchesSubject(subject, sub);
