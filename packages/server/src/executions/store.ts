import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';

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
  scope: { accountId: number; environment: string | null },
  id: string,
): Promise<ExecutionRow | undefined> {
  const mine = db
    .selectFrom('execution')
    .innerJoin('session', 'session.id', 'execution.session_id')
    .selectAll('execution')
    .where('execution.id', '=', id)
    .where('execution.account_id', '=', scope.accountId);
  return (
    scope.environment === null ? mine : mine.where('session.environment', '=', scope.environment)
  ).executeTakeFirst();
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
