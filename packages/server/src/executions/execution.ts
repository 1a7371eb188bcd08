import type { executions } from '@instavm/contract';
import type { InputOf } from '../http/bind.ts';
import { actorOf, type RequestContext } from '../http/context.ts';
import type { Machine } from '../vms/store.ts';
import type { ExecutionRequest, Runner } from './executions.ts';
import type { ExecutionRow } from './store.ts';

/** The answer of a program that has ended. */
export function executionRecord(row: ExecutionRow) {
  return {
    execution_id: row.id,
    session_id: row.session_id,
    language: row.language as 'python' | 'bash',
    stdout: row.stdout,
    stderr: row.stderr,
    output: row.stdout,
    exit_code: row.exit_code ?? 1,
    execution_time: row.wall_seconds ?? 0,
    cpu_time: row.cpu_seconds ?? 0,
    created_at: row.created_at,
  };
}

/** A program that was started to be asked for later: complete or not. */
export function taskRecord(row: ExecutionRow) {
  const complete = row.ended_at !== null;
  return {
    task_id: row.id,
    session_id: row.session_id,
    language: row.language as 'python' | 'bash',
    status: complete ? ('completed' as const) : ('running' as const),
    is_complete: complete,
    stdout: row.stdout,
    stderr: row.stderr,
    serialized_stdout: row.stdout,
    serialized_stderr: row.stderr,
    exit_code: row.exit_code,
    execution_time: row.wall_seconds,
    cpu_time: row.cpu_seconds,
    created_at: row.created_at,
  };
}

/** The published client gives up after 300 s when its caller sets no time-out. */
const DEFAULT_TIMEOUT_SECONDS = 300;

export function requestOf(body: InputOf<typeof executions.run>['body']): ExecutionRequest {
  return {
    command: body.command,
    language: body.language,
    timeoutSeconds: body.timeout ?? DEFAULT_TIMEOUT_SECONDS,
  };
}

/** A token of a machine has no quota of its own: it uses that of the key that made the machine. */
export function runnerOf(context: RequestContext, { vm }: Machine): Runner {
  const { accountId, keyId, vmId } = context.principal;
  const ofMachine = vmId !== null;
  return { actor: actorOf(context), spender: { accountId, keyId: ofMachine ? vm.api_key_id : keyId } };
}
