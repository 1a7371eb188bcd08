import type { MemberRow } from './member-store.ts';

/** The record as the API shows it. */
export function memberRecord(row: MemberRow) {
  return {
    person_id: row.person_id,
    name: row.name,
    email: row.email,
    role: row.role,
    status: row.suspended_at === null ? ('active' as const) : ('suspended' as const),
    suspended_at: row.suspended_at,
    joined_at: row.created_at,
    live_keys: row.live_keys,
  };
}

export type LeaverKeys =
  | { kind: 'revoke' }
  | { kind: 'member'; id: number }
  | { kind: 'service_account'; id: number };

/** `revoke`, `member:ID` or `service_account:ID`, as the contract has checked it. */
export function readLeaverKeys(text: string | undefined): LeaverKeys | null {
  if (text === undefined) return null;
  const [kind, id] = text.split(':');
  return kind === 'revoke' ? { kind } : { kind: kind as 'member' | 'service_account', id: Number(id) };
}
