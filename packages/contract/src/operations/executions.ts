import { z } from 'zod';
import { operation } from '../operation.ts';
import { execution, executionCreate, startedTask, task } from '../schemas/execution.ts';
import { textId } from '../schemas/fields.ts';

export const executions = {
  run: operation({
    id: 'executions.run',
    published: 'EXE-1',
    method: 'POST',
    path: '/execute',
    credential: 'header',
    permission: 'exec:run',
    sandboxPermission: 'exec:run',
    built: true,
    summary: 'Run code and wait for its result',
    request: { body: executionCreate },
    // Code may hold what it likes; it is run and not stored.
    keyFields: ['command'],
    response: { status: 200, body: execution },
    isRepeatable: true,
    errors: [404, 410, 502, 503],
  }),
  start: operation({
    id: 'executions.start',
    published: 'EXE-2',
    method: 'POST',
    path: '/execute_async',
    credential: 'header',
    permission: 'exec:run',
    sandboxPermission: 'exec:run',
    built: true,
    summary: 'Start code and ask for its result later',
    request: { body: executionCreate },
    // Code may hold what it likes; it is run and not stored.
    keyFields: ['command'],
    response: { status: 202, body: startedTask },
    isRepeatable: true,
    errors: [404, 410, 502, 503],
  }),
  get: operation({
    id: 'executions.get',
    published: 'EXE-3',
    method: 'GET',
    path: '/v1/executions/{task_id}',
    credential: 'header',
    permission: 'exec:run',
    sandboxPermission: 'exec:run',
    built: true,
    summary: 'Show the result of started code',
    request: { params: z.object({ task_id: textId }) },
    response: { status: 200, body: task },
    errors: [404],
  }),
};
