import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { MachineScope } from '../vms/store.ts';

export type ExecutionRow = Selectable<Database['execution']>;

export async function insertExecution(db: Kysely<Database>, row: ExecutionRow): Promise<void> {
  await db.insertInto('execution').values(row).execute();
}

export async function finishExecution(
  db: Kysely<Database>,
  id: string,
  end: Pick<ExecutionRow, 'stdout' | 'stderr' | 'exit_code' | 'wall_seconds' | 'cpu_seconds' | 'ended_at'>,
): Promise<void> {
  await db.updateTable('execution').set(end).where('id', '=', id).execute();
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

/** Executions that a crash of this process left running: nobody reads their output any more. */
export async function failInterrupted(db: Kysely<Database>, at: string): Promise<void> {
  await db
    .updateTable('execution')
    .set({
      exit_code: 1,
      stderr: 'The server was restarted while this ran; its output is lost.\n',
      ended_at: at,
    })
    .where('ended_at', 'is', null)
    .execute();
}
