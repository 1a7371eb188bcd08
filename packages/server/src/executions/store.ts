import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import type { MachineScope, SessionRow, VmRow } from '../vms/store.ts';

export type ExecutionRow = Selectable<Database['execution']>;

export async function insertExecution(db: Transaction<Database>, row: ExecutionRow): Promise<void> {
  await db.insertInto('execution').values(row).execute();
}

/** How one ended. */
export interface ExecutionEnd {
  columns: Pick<
    ExecutionRow,
    'stdout' | 'stderr' | 'exit_code' | 'wall_seconds' | 'cpu_seconds' | 'ended_at'
  >;
  isTimedOut: boolean;
  /** Why its machine or its output was lost; null when it ran to its end. */
  lost: string | null;
}

export interface Ended extends ExecutionEnd {
  row: Pick<ExecutionRow, 'id' | 'account_id' | 'language'>;
  machine: { vm: Pick<VmRow, 'id' | 'environment'>; session: Pick<SessionRow, 'id'> };
}

/** What has happened is recorded, whatever became of the key that asked for it. */
const RECORDER: Actor = { type: 'system', id: 'executions', address: null, requestId: null };

/** The event alone, of a result that is kept nowhere. */
export async function recordEnd(db: Kysely<Database>, actor: Actor, ended: Ended): Promise<void> {
  await mutate(db, RECORDER, ended.columns.ended_at!, (trx) => recordEvent(trx, actor, ended));
}

/** The result and its event. */
export async function finishExecution(db: Kysely<Database>, actor: Actor, ended: Ended): Promise<void> {
  await mutate(db, RECORDER, ended.columns.ended_at!, async (trx) => {
    await storeResult(trx, ended);
    await recordEvent(trx, actor, ended);
  });
}

export async function storeResult(
  db: Kysely<Database> | Transaction<Database>,
  { columns, row }: Pick<Ended, 'columns' | 'row'>,
): Promise<void> {
  await db.updateTable('execution').set(columns).where('id', '=', row.id).execute();
}

/** Neither the program nor what it printed. */
async function recordEvent(
  trx: Transaction<Database>,
  actor: Actor,
  { row, machine: { vm, session }, columns, isTimedOut, lost }: Ended,
): Promise<void> {
  const { wall_seconds: wallSeconds } = columns;
  await recordChange(trx, columns.ended_at!, actor, {
    accountId: row.account_id,
    environment: vm.environment,
    vmId: vm.id,
    sessionId: session.id,
    event: 'execution.completed',
    resourceType: 'execution',
    resourceId: row.id,
    status: lost === null ? 'success' : 'error',
    errorMessage: lost,
    payload: {
      language: row.language,
      exit_code: lost === null ? columns.exit_code : null,
      wall_ms: wallSeconds === null ? null : Math.round(wallSeconds * 1000),
      timed_out: isTimedOut,
    },
  });
}

export async function findExecution(
  db: Kysely<Database>,
  scope: MachineScope,
  id: string,
): Promise<ExecutionRow | undefined> {
  const mine = db
    .selectFrom('execution')
    .innerJoin('session', 'session.id', 'execution.session_id')
    .selectAll('execution')
    .where('execution.id', '=', id)
    .where('execution.account_id', '=', scope.accountId)
    .$if(scope.environment !== null, (some) => some.where('session.environment', '=', scope.environment))
    .$if(scope.vmId !== null, (some) => some.where('session.vm_id', '=', scope.vmId!));
  return mine.executeTakeFirst();
}

const LOST_IN_RESTART = 'The server was restarted while this ran; its output is lost.';

/** Executions that a crash of this process left running: nobody reads their output any more. */
export async function failInterrupted(db: Kysely<Database>, at: string): Promise<void> {
  const interrupted = await db
    .selectFrom('execution')
    .innerJoin('session', 'session.id', 'execution.session_id')
    .select(['execution.id', 'execution.account_id', 'execution.language', 'execution.session_id'])
    .select(['session.vm_id', 'session.environment'])
    .where('execution.ended_at', 'is', null)
    .execute();
  for (const row of interrupted) {
    const output = { stdout: '', stderr: `${LOST_IN_RESTART}\n`, wall_seconds: null, cpu_seconds: null };
    await finishExecution(db, RECORDER, {
      row,
      machine: { vm: { id: row.vm_id, environment: row.environment }, session: { id: row.session_id } },
      columns: { ...output, exit_code: 1, ended_at: at },
      isTimedOut: false,
      lost: LOST_IN_RESTART,
    });
  }
}
