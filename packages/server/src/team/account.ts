import type { RoleName } from '@instavm/contract/roles';
import type { AccountRow } from './account-store.ts';

/** The record as the API shows it; `role` is the caller's. */
export function accountRecord(row: AccountRow, role: RoleName) {
  return {
    id: row.id,
    name: row.name,
    created_at: row.created_at,
    role,
    key_age_days: row.key_age_days,
    max_keys: row.max_keys,
    session_idle_minutes: row.session_idle_minutes,
    session_max_hours: row.session_max_hours,
  };
}
