import type { RoleName } from '@instavm/contract/roles';
import type { QuotaStandings } from '../quotas/standing.ts';
import type { AccountRow } from './account-store.ts';

/** Those of the account, which are no single key's. */
export type AccountQuotas = (accountId: number) => Promise<QuotaStandings>;

/** Whether what somebody typed is its name, which says that they mean this one. */
export function isNamed({ name }: Pick<AccountRow, 'name'>, typed: string): boolean {
  return typed.trim().normalize('NFC') === name;
}

/** The record as the API shows it; `role` is the caller's. */
export function accountRecord(row: AccountRow, role: RoleName, quotas: QuotaStandings) {
  return {
    id: row.id,
    name: row.name,
    created_at: row.created_at,
    role,
    key_age_days: row.key_age_days,
    max_keys: row.max_keys,
    session_idle_minutes: row.session_idle_minutes,
    session_max_hours: row.session_max_hours,
    rate_limit: row.rate_limit,
    key_rate_limit: row.key_rate_limit,
    concurrent_requests: row.concurrent_requests,
    quota_machines: row.quota_machines,
    quota_vm_seconds: row.quota_vm_seconds,
    quota_executions: row.quota_executions,
    machine_idle_timeout_seconds: row.machine_idle_timeout_seconds,
    machine_lifetime_seconds: row.machine_lifetime_seconds,
    machine_lifetime_max_seconds: row.machine_lifetime_max_seconds,
    quarantine: row.quarantine === 1,
    places: JSON.parse(row.places) as { name: string; cidrs: string[] }[],
    quotas,
  };
}
