import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { KEY, OTHER_KEY } from './home.ts';

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export const SESSION = '5a0c0000-0000-4000-8000-000000000000';
export const VM = {
  vm_id: 'vm_abc',
  session_id: SESSION,
  status: 'active',
  created_at: '2027-06-01T10:00:00.000Z',
  ssh_host: null,
};
export const RECORD = {
  id: 7,
  key_prefix: KEY.slice(0, 23),
  status: 'active',
  label: 'ci',
  environment: 'testing',
  scopes: ['full'],
  created_at: '2027-06-01T10:00:00.000Z',
  expires_at: null,
  last_used: null,
};
export const NOTICE = {
  code: 'old',
  text: 'It is 93 days old; 90 are the limit.',
  command: 'instavm keys rotate 7',
};
export const NEW_KEY = OTHER_KEY;
/** The successor of RECORD, as the answer to a rotation shows it. */
export const ROTATED = {
  ...RECORD,
  id: 8,
  key_prefix: NEW_KEY.slice(0, 23),
  rotated_from: 7,
  full_key: NEW_KEY,
  previous: { id: 7, status: 'active', ends_at: '2099-06-08T10:00:00.000Z' },
};
export const WHOAMI = {
  credential: {
    kind: 'api_key',
    id: 7,
    key_prefix: KEY.slice(0, 23),
    label: 'ci',
    environment: 'testing',
    scopes: ['full'],
    permissions: ['self:read'],
    created_at: RECORD.created_at,
    expires_at: null,
    source: 'x-api-key',
  },
  account: { id: 1, name: 'Ann', role: 'owner' },
  limits: { rate_limit: null, keys: { used: 1, max: 1000 } },
  server: { version: '1', time: RECORD.created_at },
  notices: [NOTICE],
};

export function problem(status: number, code: string, detail: string, headers = {}): Answer {
  return { status, body: { title: titleOf(code), status, detail, code, request_id: 'req-9' }, headers };
}

/** `GET /v1/vms` -> what the server answers to a good key. */
const ANSWERS: Record<string, Answer> = {
  'GET /healthz': { status: 200, body: {} },
  'GET /v1/whoami': { status: 200, body: WHOAMI },
  'GET /v1/users/me': { status: 200, body: { id: 1, email: 'a@b.co', name: 'Ann', is_verified: true } },
  'GET /v1/ssh-keys': { status: 200, body: { keys: [{ id: 3, fingerprint: 'SHA256:abc', comment: null }] } },
  'GET /v1/vms': { status: 200, body: [VM] },
  'GET /v1/vms/': { status: 200, body: [VM, { ...VM, vm_id: 'vm_old', status: 'terminated' }] },
  'GET /v1/vms/vm_abc': { status: 200, body: VM },
  'POST /v1/vms': { status: 201, body: VM },
  'DELETE /v1/vms/vm_abc': { status: 200, body: { vm_id: 'vm_abc', status: 'deleted' } },
  'DELETE /v1/vms/vm_two': { status: 200, body: { vm_id: 'vm_two', status: 'deleted' } },
  'POST /v1/sessions/session': { status: 201, body: { session_id: SESSION } },
  'POST /kill': { status: 200, body: { session_id: SESSION, status: 'terminated' } },
  'POST /execute': {
    status: 200,
    body: { session_id: SESSION, stdout: 'out\n', stderr: 'err\n', output: 'out\n', exit_code: 3 },
  },
  'GET /v1/api-keys/': { status: 200, body: [RECORD] },
  'POST /v1/api-keys/': { status: 201, body: { ...RECORD, full_key: KEY } },
  'GET /v1/api-keys/7': { status: 200, body: RECORD },
  'PATCH /v1/api-keys/7': { status: 200, body: RECORD },
  'POST /v1/api-keys/7/rotate': { status: 201, body: ROTATED },
  'POST /v1/api-keys/7/rotate/undo': { status: 200, body: RECORD },
  'POST /v1/api-keys/7/disable': { status: 200, body: { ...RECORD, status: 'disabled' } },
  'POST /v1/api-keys/7/enable': { status: 200, body: RECORD },
  'POST /v1/api-keys/7/explain': { status: 200, body: { allowed: true, rule: 'allowed', reason: 'It may.' } },
  'POST /v1/api-keys/introspect': { status: 200, body: { active: true, scope: 'full', label: 'ci' } },
  'POST /v1/api-keys/report-leak': { status: 202, body: { status: 'received' } },
  'DELETE /v1/api-keys/7': {
    status: 200,
    body: { status: 'revoked', effective_at: '2027-06-01T10:00:00.000Z', nodes_confirmed: '1/1' },
  },
};

const KEYLESS = ['/healthz', '/v1/api-keys/report-leak', '/oauth/token'];

export interface SeenRequest {
  line: string;
  query: string;
  key: string | undefined;
  body: unknown;
  /** The server's address, as the caller knows it. */
  origin: string;
}

/** A real server that takes KEY alone; `overrides` by method and path. */
export async function startServer(t: TestContext, overrides: Record<string, Answer> = {}) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const { pathname, search } = new URL(request.url!, 'http://x');
    const line = `${request.method} ${pathname}`;
    const key = request.headers['x-api-key'] as string | undefined;
    const origin = `http://${request.headers.host}`;
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded;charset=UTF-8';
    const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : text ? JSON.parse(text) : null;
    seen.push({ line, query: search, key, body, origin });
    const known = overrides[line] ?? ANSWERS[line] ?? problem(404, 'vm_not_found', 'Machine not found');
    const refused = problem(401, 'invalid_api_key', 'Invalid API key or session expired');
    const answer = key === KEY || KEYLESS.includes(pathname) ? known : refused;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
