import type { ServiceAccountRow } from './service-account-store.ts';

/** The record as the API shows it. */
export function serviceAccountRecord(row: ServiceAccountRow) {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Exclude<ServiceAccountRow['role'], 'owner'>,
    status: row.suspended_at === null ? ('active' as const) : ('suspended' as const),
    suspended_at: row.suspended_at,
    created_by: row.created_by,
    created_at: row.created_at,
    live_keys: row.live_keys,
  };
}
