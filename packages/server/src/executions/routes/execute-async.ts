import { executions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { InSession } from '../../sessions/in-session.ts';
import { requestOf, runnerOf } from '../execution.ts';
import type { Executions } from '../executions.ts';

/** Answers at once; the result is asked for later. */
export const executeAsync = (deps: { executions: Executions; inSession: InSession }) =>
  bind(executions.start, (context, { body }) =>
    deps.inSession(context, body.session_id, async (machine) => {
      const { row, done } = await deps.executions.runLater(
        runnerOf(context, machine),
        machine,
        requestOf(body),
      );
      done.catch((error: unknown) =>
        context.log.error(
          { err: error, request_id: context.requestId },
          'the result of an execution was not stored',
        ),
      );
      return { task_id: row.id, status: 'running' as const };
    }),
  );
