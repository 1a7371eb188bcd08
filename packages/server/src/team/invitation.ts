import { hash } from 'node:crypto';
import type { InvitationRow } from './invitation-store.ts';

const DAY_MS = 86_400_000;

/** Long enough for a week off, short enough that a forgotten link in a mailbox opens nothing. */
export const INVITATION_LIFE_MS = 7 * DAY_MS;

export type InvitationStatus = 'open' | 'accepted' | 'revoked' | 'expired';

export function invitationStatus(
  row: Pick<InvitationRow, 'accepted_at' | 'revoked_at' | 'expires_at'>,
  nowMs: number,
): InvitationStatus {
  if (row.accepted_at !== null) return 'accepted';
  if (row.revoked_at !== null) return 'revoked';
  return nowMs >= Date.parse(row.expires_at) ? 'expired' : 'open';
}

/** The record as the API shows it; it holds nothing of the link. */
export function invitationRecord(row: InvitationRow, nowMs: number) {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    status: invitationStatus(row, nowMs),
    invited_by: row.invited_by,
    created_at: row.created_at,
    expires_at: row.expires_at,
    accepted_at: row.accepted_at,
    revoked_at: row.revoked_at,
  };
}

export function newInvitationToken(randomBytes: (size: number) => Uint8Array): string {
  return Buffer.from(randomBytes(32)).toString('base64url');
}

/** A plain hash is enough: nobody can try 256 random bits. */
export function invitationDigest(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
