import {
  type AuditActorType,
  type AuditEventType,
  type AuditStatus,
  isAuditEventType,
} from '@instavm/contract/audit-events';
import type { Transaction } from 'kysely';
import { GENESIS, hashOfRow, storable } from './audit-chain.ts';
import { builtOnce } from './built-once.ts';
import type { Database } from './schema.ts';

export type { AuditEventType };

/** Who did it; what the audit row says of the doer. */
export interface Actor {
  type: AuditActorType;
  id: string;
  /** The person behind a key; a person who acts is it themselves. */
  personId?: number | null;
  address: string | null;
  requestId: string | null;
}

export interface Change {
  accountId: number;
  /** Of what was changed: a key of an environment sees its events alone. */
  environment?: string | null;
  event: AuditEventType;
  resourceType: string;
  resourceId: string;
  /** When the event concerns a machine; of a machine itself it is `resourceId`. */
  vmId?: string | null;
  sessionId?: string | null;
  /** Holds no secret and no free text of a caller's that could be one; numbers are whole. */
  payload?: Record<string, unknown>;
  /** `success` unless said. */
  status?: AuditStatus;
  errorMessage?: string | null;
}

/** Events that belong to no account: of the server itself, for the operator alone. */
export const SERVER_ACCOUNT_ID = 0;

const nextNumber = builtOnce((db) =>
  db
    .updateTable('feed_head')
    .set((eb) => ({ seq: eb('seq', '+', eb.lit(1)) }))
    .returning(['seq', 'audit_hash']),
);

const accountHead = builtOnce((db) => db.selectFrom('audit_head').select('hash').where('account_id', '=', 0));

const addChange = builtOnce((db) =>
  db.insertInto('change').values({ seq: 0, at: '', account_id: 0, kind: '', subject: '' }),
);

const addAuditEvent = builtOnce((db) => db.insertInto('audit_event').values(anyRow()));

const setAccountHead = builtOnce((db) =>
  db
    .insertInto('audit_head')
    .values({ account_id: 0, seq: 0, hash: '' })
    .onConflict((oc) =>
      oc
        .column('account_id')
        .doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq'), hash: eb.ref('excluded.hash') })),
    ),
);

const setHead = builtOnce((db) => db.updateTable('feed_head').set({ audit_hash: '' }));

/**
 * Writes the change row that other processes follow and the audit row, in the transaction of the change itself, and
 * nothing else ever writes either. Taking the number from `feed_head` holds that row to the commit, so numbers become
 * visible in order, and each audit row can name the hash of the one before.
 */
export async function recordChange(
  trx: Transaction<Database>,
  at: string,
  actor: Actor,
  change: Change,
): Promise<number> {
  if (!isAuditEventType(change.event)) throw new Error(`${change.event} is not in the table of audit events`);
  const [head] = await nextNumber(trx, []);
  const { seq, audit_hash: prevHash } = head!;
  const [before] = await accountHead(trx, [change.accountId]);
  const row = rowOf(at, actor, change, { seq, prevHash, accountPrevHash: before?.hash ?? GENESIS });
  await addChange(trx, [seq, at, change.accountId, change.event, change.resourceId]);
  await addAuditEvent(trx, Object.values(row));
  await setAccountHead(trx, [change.accountId, seq, row.hash]);
  await setHead(trx, [row.hash]);
  return seq;
}

function rowOf(
  at: string,
  actor: Actor,
  change: Change,
  place: { seq: number; prevHash: string; accountPrevHash: string },
) {
  const isVm = change.resourceType === 'vm';
  const row = {
    prev_hash: place.prevHash,
    account_prev_hash: place.accountPrevHash,
    seq: place.seq,
    at,
    account_id: change.accountId,
    environment: change.environment ?? null,
    event_type: change.event,
    status: change.status ?? 'success',
    actor_type: actor.type,
    actor_id: storable(actor.id),
    user_id: actor.type === 'person' ? Number(actor.id) : (actor.personId ?? null),
    resource_type: change.resourceType,
    resource_id: storable(change.resourceId),
    vm_id: storable(change.vmId ?? (isVm ? change.resourceId : null)),
    session_id: storable(change.sessionId ?? null),
    address: storable(actor.address),
    request_id: storable(actor.requestId),
    error_message: storable(change.errorMessage ?? null),
    payload: JSON.stringify(change.payload ?? {}),
  };
  return { ...row, hash: hashOfRow(row) };
}

/** Its columns, in the order in which each row has them. */
function anyRow() {
  const actor: Actor = { type: 'system', id: '', address: null, requestId: null };
  const change: Change = { accountId: 0, event: 'server.restored', resourceType: '', resourceId: '' };
  return rowOf('', actor, change, { seq: 0, prevHash: '', accountPrevHash: '' });
}
