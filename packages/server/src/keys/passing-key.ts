import type { ScopeHolder } from '../auth/effective-permissions.ts';
import { type NewApiKey, NO_KEY_BOUNDS } from './new-key.ts';
import type { ApiKeyRow } from './store.ts';

/** Of a key or token that somebody gets rather than makes, these alone are set. */
export type PassingKey = Pick<
  NewApiKey,
  | 'account_id'
  | 'person_id'
  | 'service_account_id'
  | 'environment'
  | 'scopes'
  | 'label'
  | 'description'
  | 'expires_at'
  | 'created_from_address'
  | 'created_from_client'
  | 'kind'
  | 'vm_id'
  | 'trust_policy_id'
>;

/** The rest of it. */
export const NOTHING_SET = {
  owner: null,
  not_before: null,
  idle_expiry_days: null,
  allowed_cidrs: '[]',
  ...NO_KEY_BOUNDS,
};

/** What tells a key, one of a token exchange and a token of a machine apart. */
export type HeldBy = Partial<Pick<ApiKeyRow, 'kind' | 'trust_policy_id'>>;

export function holderOf({ kind, trust_policy_id: policyId = null }: HeldBy): ScopeHolder {
  if (kind === 'sandbox_token') return kind;
  return policyId === null ? 'key' : 'exchanged';
}
