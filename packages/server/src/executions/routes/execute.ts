import { executions } from '@instavm/contract';
import { bind } from '../../http/bind.ts';
import type { InSession } from '../../sessions/in-session.ts';
import { executionRecord, requestOf, runnerOf } from '../execution.ts';
import type { Executions } from '../executions.ts';

/** A failing program is 200 with its exit code. */
export const execute = (deps: { executions: Executions; inSession: InSession }) =>
  bind(executions.run, (context, { body }) =>
    deps.inSession(context, body.session_id, async (machine) =>
      executionRecord(await deps.executions.runNow(runnerOf(context, machine), machine, requestOf(body))),
    ),
  );
