import type { ApiKey } from '../../api/types.ts';

/** A key's record for tests of words: active, full, unused, without an end. */
export function testingKey(id: number, change: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    key_prefix: `instavm_sk_${String(id).padStart(12, '0')}`,
    user_id: 1,
    status: 'active',
    created_at: '2026-07-29T12:00:00Z',
    expires_at: null,
    description: null,
    label: null,
    environment: null,
    scopes: ['full'],
    created_from: { address: null, client: null },
    owner: null,
    not_before: null,
    idle_expiry_days: null,
    allowed_cidrs: null,
    rate_limit: null,
    concurrent_requests: null,
    quota_machines: null,
    quota_vm_seconds: null,
    quota_executions: null,
    quarantine: null,
    rotated_to: null,
    rotated_from: null,
    rotation: null,
    service_account_id: null,
    ended_at: null,
    end_reason: null,
    sent_in_clear_at: null,
    safe_to_delete: { verdict: true, reason: 'It was never used.' },
    notices: [],
    last_used: null,
    ...change,
  };
}
