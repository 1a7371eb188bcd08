import type { Timeout } from '@instavm/contract/machine-times';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Actor, type AuditEventType, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database, VmTable } from '../db/schema.ts';
import type { Quotas } from '../quotas/quotas.ts';
import type { TokenRequest } from '../short-lived/sandbox-token.ts';
import type { SandboxTokens } from '../short-lived/sandbox-tokens.ts';

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
  /** Of a sandbox token: there is no other machine for it. */
  vmId: string | null;
}

/** Where machines are written, and what is counted, made and ended within the transaction of their change. */
export interface MachineStore {
  db: Kysely<Database>;
  quotas: Pick<Quotas, 'reserveMachine' | 'reserveRenewal' | 'settleMachine'>;
  tokens: Pick<SandboxTokens, 'mint' | 'endOf' | 'apply'>;
}

/**
 * The intent, written before anything is done: a crash from here on leaves a row that says what to clean up. Throws
 * ApiError quota_exceeded. @returns the text of the machine's token, which is known here alone
 */
export async function insertMachine(
  { db, quotas, tokens }: MachineStore,
  actor: Actor,
  vm: Omit<VmRow, 'seq'>,
  session: SessionRow,
  token: TokenRequest | null,
): Promise<string | null> {
  const minted = await mutate(db, actor, vm.created_at, async (trx) => {
    const spender = { accountId: vm.account_id, keyId: vm.api_key_id };
    const quotaKeyId = await quotas.reserveMachine(trx, spender, vm);
    const seq = await recordVmChange(trx, actor, 'vm.created', vm, vm.created_at);
    await trx
      .insertInto('vm')
      .values({ ...vm, quota_key_id: quotaKeyId, seq })
      .execute();
    await trx.insertInto('session').values(session).execute();
    await recordSessionChange(trx, actor, 'session.started', vm, vm.created_at, {
      lifetime_seconds: session.lifetime_seconds,
      idle_timeout_seconds: vm.idle_timeout_seconds,
    });
    return token && tokens.mint(trx, actor, vm, token, vm.created_at);
  });
  if (minted) tokens.apply([minted.row]);
  return minted?.text ?? null;
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

export interface MachineEnd {
  observed: 'terminated' | 'failed';
  reason: string;
  at: string;
  lastUsedAt: string;
  /** Set when its time was over: then it ends only if it was not renewed meanwhile. */
  timeout: Timeout | null;
}

/** Ends a machine with its session and its tokens in one transaction. False when both had ended before, or were renewed. */
export async function markEnded(
  { db, quotas, tokens }: MachineStore,
  actor: Actor,
  vm: VmRow,
  { observed, reason, at, lastUsedAt, timeout }: MachineEnd,
): Promise<boolean> {
  const ended = await mutate(db, actor, at, async (trx) => {
    const ended = await trx
      .updateTable('vm')
      .set({ desired: 'deleted', observed, ended_at: at, end_reason: reason, last_used_at: lastUsedAt })
      .where('id', '=', vm.id)
      .where('ended_at', 'is', null)
      .$if(timeout !== null, (live) => live.where('expires_at', '=', vm.expires_at))
      .returningAll()
      .executeTakeFirst();
    if (!ended) return null;
    await quotas.settleMachine(trx, ended);
    await trx
      .updateTable('session')
      .set({ ended_at: at, end_reason: reason, ended_by: timeout })
      .where('id', '=', vm.session_id)
      .where('ended_at', 'is', null)
      .execute();
    const seq = await recordVmChange(trx, actor, 'vm.terminated', vm, at, { reason });
    await trx.updateTable('vm').set({ seq }).where('id', '=', vm.id).execute();
    await recordSessionChange(trx, actor, 'session.ended', vm, at, { reason });
    return tokens.endOf(trx, vm.id, at, seq);
  });
  if (ended) tokens.apply(ended);
  return ended !== null;
}

/** What a renewal sets; null stays as it is. */
export interface Renewal {
  expiresAt: string;
  lifetimeSeconds: number | null;
  idleTimeoutSeconds: number | null;
}

/** Gives a machine and its session another end. Null when they have ended. Throws ApiError quota_exceeded. */
export async function renewMachine(
  { db, quotas }: MachineStore,
  actor: Actor,
  vm: VmRow,
  { expiresAt, lifetimeSeconds, idleTimeoutSeconds }: Renewal,
  at: string,
): Promise<Machine | null> {
  const idle = idleTimeoutSeconds === null ? {} : { idle_timeout_seconds: idleTimeoutSeconds };
  const times = {
    ...(lifetimeSeconds === null
      ? {}
      : { lifetime_seconds: lifetimeSeconds, lifetime_from: 'session' as const }),
    ...(idleTimeoutSeconds === null ? {} : { idle_timeout_from: 'session' as const }),
  };
  return mutate(db, actor, at, async (trx) => {
    await quotas.reserveRenewal(trx, vm, expiresAt, Date.parse(at));
    const renewed = await trx
      .updateTable('vm')
      .set({ expires_at: expiresAt, last_used_at: at, ...idle })
      .where('id', '=', vm.id)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (!renewed) return null;
    const session = await trx
      .updateTable('session')
      .set({ expires_at: expiresAt, ...times })
      .where('id', '=', vm.session_id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordSessionChange(trx, actor, 'session.renewed', vm, at, {
      expires_at: expiresAt,
      lifetime_seconds: session.lifetime_seconds,
      idle_timeout_seconds: renewed.idle_timeout_seconds,
    });
    return { vm: renewed, session };
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
    .where('account_id', '=', scope.accountId)
    .$if(scope.environment !== null, (some) => some.where('environment', '=', scope.environment))
    .$if(scope.vmId !== null, (some) => some.where('vm_id', '=', scope.vmId!));
  const session = await mine.executeTakeFirst();
  if (!session) return undefined;
  const vm = await db.selectFrom('vm').selectAll().where('id', '=', session.vm_id).executeTakeFirstOrThrow();
  return { vm, session };
}

/** Each with its session, in their order. */
export async function withSessions(db: Kysely<Database>, vms: readonly VmRow[]): Promise<Machine[]> {
  if (vms.length === 0) return [];
  const ids = vms.map(({ session_id }) => session_id);
  const rows = await db.selectFrom('session').selectAll().where('id', 'in', ids).execute();
  const sessions = new Map(rows.map((session) => [session.id, session]));
  return vms.map((vm) => ({ vm, session: sessions.get(vm.session_id)! }));
}

/** Machines of all accounts that have not ended, for reconciling. */
export async function unendedVms(db: Kysely<Database>): Promise<VmRow[]> {
  return db.selectFrom('vm').selectAll().where('ended_at', 'is', null).execute();
}

/** Those of them whose lifetime is over, and all that end when they are idle, because of these memory knows more. */
export async function maybeDueVms(db: Kysely<Database>, nowText: string): Promise<VmRow[]> {
  return db
    .selectFrom('vm')
    .selectAll()
    .where('ended_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', '<=', nowText), eb('idle_timeout_seconds', 'is not', null)]))
    .execute();
}

/** As it is now; undefined once it has ended. */
export async function findUnendedVm(db: Kysely<Database>, id: string): Promise<VmRow | undefined> {
  return db
    .selectFrom('vm')
    .selectAll()
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

function visible(db: Kysely<Database>, scope: MachineScope) {
  return db
    .selectFrom('vm')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .$if(scope.environment !== null, (some) => some.where('environment', '=', scope.environment))
    .$if(scope.vmId !== null, (some) => some.where('id', '=', scope.vmId!));
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

function recordSessionChange(
  trx: Transaction<Database>,
  actor: Actor,
  event: AuditEventType,
  vm: Pick<VmRow, 'id' | 'account_id' | 'environment' | 'session_id'>,
  at: string,
  payload: Record<string, unknown>,
): Promise<number> {
  return recordChange(trx, at, actor, {
    accountId: vm.account_id,
    environment: vm.environment,
    vmId: vm.id,
    sessionId: vm.session_id,
    event,
    resourceType: 'session',
    resourceId: vm.session_id,
    payload,
  });
}
