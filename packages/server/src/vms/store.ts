import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Actor, type AuditEventType, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database, VmTable } from '../db/schema.ts';

export type VmRow = Selectable<VmTable>;
export type SessionRow = Selectable<Database['session']>;

/** A machine with the session that every machine has. */
export interface Machine {
  vm: VmRow;
  session: SessionRow;
}

export interface MachineScope {
  accountId: number;
  environment: string | null;
}

/** The intent, written before anything is done: a crash from here on leaves a row that says what to clean up. */
export async function insertMachine(
  db: Kysely<Database>,
  actor: Actor,
  vm: Omit<VmRow, 'seq'>,
  session: SessionRow,
): Promise<void> {
  await mutate(db, actor, vm.created_at, async (trx) => {
    const seq = await recordVmChange(trx, actor, 'vm.created', vm, vm.created_at);
    await trx
      .insertInto('vm')
      .values({ ...vm, seq })
      .execute();
    await trx.insertInto('session').values(session).execute();
  });
}

/** creating -> active. False when the machine was ended meanwhile. */
export async function markActive(db: Kysely<Database>, vm: VmRow, isolation: string): Promise<boolean> {
  const result = await db
    .updateTable('vm')
    .set({ observed: 'active', isolation })
    .where('id', '=', vm.id)
    .where('desired', '=', 'running')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Ends a machine and its session in one transaction. False when both had ended before. */
export async function markEnded(
  db: Kysely<Database>,
  actor: Actor,
  vm: VmRow,
  end: { observed: 'terminated' | 'failed'; reason: string; at: string },
): Promise<boolean> {
  return mutate(db, actor, end.at, async (trx) => {
    const result = await trx
      .updateTable('vm')
      .set({ desired: 'deleted', observed: end.observed, ended_at: end.at, end_reason: end.reason })
      .where('id', '=', vm.id)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return false;
    await trx
      .updateTable('session')
      .set({ ended_at: end.at, end_reason: end.reason })
      .where('id', '=', vm.session_id)
      .where('ended_at', 'is', null)
      .execute();
    const seq = await recordVmChange(trx, actor, 'vm.terminated', vm, end.at, { reason: end.reason });
    await trx.updateTable('vm').set({ seq }).where('id', '=', vm.id).execute();
    return true;
  });
}

export async function findVm(
  db: Kysely<Database>,
  scope: MachineScope,
  id: string,
): Promise<VmRow | undefined> {
  return visible(db, scope).where('id', '=', id).executeTakeFirst();
}

export async function listVms(
  db: Kysely<Database>,
  scope: MachineScope,
  which: 'live' | 'all',
): Promise<VmRow[]> {
  const rows = visible(db, scope).orderBy('created_at', 'desc').orderBy('id');
  return (which === 'all' ? rows : rows.where('ended_at', 'is', null)).execute();
}

export async function findSession(
  db: Kysely<Database>,
  scope: MachineScope,
  id: string,
): Promise<Machine | undefined> {
  const mine = db
    .selectFrom('session')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', scope.accountId);
  const session = await (scope.environment === null
    ? mine
    : mine.where('environment', '=', scope.environment)
  ).executeTakeFirst();
  if (!session) return undefined;
  const vm = await db.selectFrom('vm').selectAll().where('id', '=', session.vm_id).executeTakeFirstOrThrow();
  return { vm, session };
}

/** Machines of all accounts that have not ended, for the sweep and for reconciling. */
export async function unendedVms(db: Kysely<Database>, expiredBefore?: string): Promise<VmRow[]> {
  const rows = db.selectFrom('vm').selectAll().where('ended_at', 'is', null);
  return (expiredBefore ? rows.where('expires_at', '<=', expiredBefore) : rows).execute();
}

function visible(db: Kysely<Database>, scope: MachineScope) {
  const mine = db.selectFrom('vm').selectAll().where('account_id', '=', scope.accountId);
  return scope.environment === null ? mine : mine.where('environment', '=', scope.environment);
}

function recordVmChange(
  trx: Transaction<Database>,
  actor: Actor,
  event: AuditEventType,
  vm: Pick<VmRow, 'id' | 'account_id' | 'environment' | 'session_id'>,
  at: string,
  payload?: Record<string, unknown>,
): Promise<number> {
  return recordChange(trx, at, actor, {
    accountId: vm.account_id,
    environment: vm.environment,
    sessionId: vm.session_id,
    event,
    resourceType: 'vm',
    resourceId: vm.id,
    ...(payload ? { payload } : {}),
  });
}
