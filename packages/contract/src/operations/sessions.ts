import { z } from 'zod';
import { operation, unbuilt } from '../operation.ts';
import { textId } from '../schemas/fields.ts';
import { killedSession, session, sessionCreate, sessionKill, sessionStatus } from '../schemas/session.ts';

const params = z.object({ session_id: textId });

/** A session is what a client holds; a machine stands behind it and ends with it. */
export const sessions = {
  create: operation({
    id: 'sessions.create',
    published: 'SES-1',
    method: 'POST',
    path: '/v1/sessions/session',
    credential: 'body',
    permission: 'sessions:write',
    built: true,
    summary: 'Start a session with a machine',
    request: { body: sessionCreate },
    keyFields: ['api_key', 'env'],
    response: { status: 201, body: session },
    errors: [502, 503],
  }),
  get: operation({
    id: 'sessions.get',
    published: 'SES-2',
    method: 'GET',
    path: '/v1/sessions/session/{session_id}',
    credential: 'header',
    permission: 'sessions:read',
    built: true,
    summary: 'Show a session',
    request: { params },
    response: { status: 200, body: session },
    errors: [404, 410],
  }),
  status: operation({
    id: 'sessions.status',
    published: 'SES-3',
    method: 'GET',
    path: '/v1/sessions/status/{session_id}',
    credential: 'header',
    permission: 'sessions:read',
    built: true,
    summary: 'Tell whether a session and its machine are alive',
    request: { params },
    response: { status: 200, body: sessionStatus },
  }),
  usage: unbuilt(
    'sessions.usage',
    'SES-4',
    'GET',
    '/v1/sessions/usage/{session_id}',
    'usage:read',
    'Show what a session has used',
  ),
  appUrl: unbuilt(
    'sessions.appUrl',
    'SES-5',
    'GET',
    '/v1/sessions/app-url/{session_id}',
    'sessions:read',
    'Show the address of a port of a session',
  ),
  listSandboxes: unbuilt(
    'sessions.listSandboxes',
    'SES-6',
    'GET',
    '/v1/sessions/sandboxes',
    'sessions:read',
    'List live sessions by their metadata',
  ),
  kill: operation({
    id: 'sessions.kill',
    published: 'SES-7',
    method: 'POST',
    path: '/kill',
    credential: 'header',
    permission: 'sessions:write',
    built: true,
    summary: 'End a session and its machine',
    request: { body: sessionKill },
    response: { status: 200, body: killedSession },
    errors: [404],
  }),
};
