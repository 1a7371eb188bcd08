import { invitations } from '@instavm/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { bind } from '../../http/bind.ts';
import { invitationRecord } from '../invitation.ts';
import { listInvitations as listRows, openInvitations } from '../invitation-store.ts';

export const listInvitations = (deps: { db: Kysely<Database>; now(): number }) =>
  bind(invitations.list, async ({ principal }, { query }) => {
    const nowMs = deps.now();
    const rows =
      query.status === 'all'
        ? await listRows(deps.db, principal.accountId)
        : await openInvitations(deps.db, principal.accountId, new Date(nowMs).toISOString());
    return rows.map((row) => invitationRecord(row, nowMs));
  });
