import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { z } from 'zod';
import { type Answer, startServer } from '../../testing/server.ts';
import { sweepExpired } from '../../vms/reconcile.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const key = (await ada.key()).text;
const bobs = (await (await server.person('Bob')).key()).text;
const NOWHERE = '00000000-0000-4000-8000-000000000000';

type Call = (sessionId: string, by: string) => Promise<Answer>;
const post =
  (path: (id: string) => string, json: (id: string) => unknown): Call =>
  (id, by) =>
    server.ask('POST', path(id), { key: by, json: json(id) });
const get =
  (path: (id: string) => string): Call =>
  (id, by) =>
    server.ask('GET', path(id), { key: by });

/** Built operations that need a session which lives, each with a call of it. */
const NEEDS_A_LIVE_ONE: Record<string, Call> = {
  'sessions.get': get((id) => `/v1/sessions/session/${id}`),
  'sessions.renew': post(
    (id) => `/v1/sessions/session/${id}/renew`,
    () => ({}),
  ),
  'executions.run': post(
    () => '/execute',
    (session_id) => ({ session_id, command: 'print(1)' }),
  ),
  'executions.start': post(
    () => '/execute_async',
    (session_id) => ({ session_id, command: 'print(1)' }),
  ),
  'files.upload': (id, by) => {
    const body = new FormData();
    body.set('remote_path', 'a.txt');
    body.set('session_id', id);
    body.set('file', new Blob(['x']), 'a.txt');
    return server.ask('POST', '/upload', { key: by, body });
  },
  'files.download': (id, by) =>
    server.ask('POST', '/download', {
      key: by,
      body: new URLSearchParams({ filename: 'a.txt', session_id: id }),
    }),
};

/** Built operations that take a session and answer for one that has ended as well, and why. */
const NEEDS_NONE: Record<string, string> = {
  'sessions.status': 'it asks whether there is one',
  'sessions.kill': 'ending it again is the same answer',
  'sessions.usage': 'what it used is of interest when it is over',
  'audit.listEvents': 'it filters by it',
  'audit.export': 'it filters by it',
  'usage.query': 'it filters by it',
  'usage.export': 'it filters by it',
  'vms.create': 'attaching to a session is not built',
};

function takesSession({ path, request }: Operation): boolean {
  if (path.includes('{session_id}')) return true;
  return [request?.query, request?.body].some((schema) => {
    if (!schema) return false;
    return JSON.stringify(z.toJSONSchema(schema, { io: 'input' })).includes('"session_id"');
  });
}

test('each built operation that takes a session is known here: as one that needs it alive, or as one that does not', () => {
  const taking = operations.filter((operation) => operation.built && takesSession(operation));
  const unknown = taking.filter(({ id }) => !(id in NEEDS_A_LIVE_ONE) && !(id in NEEDS_NONE));
  assert.deepEqual(
    unknown.map(({ id }) => id),
    [],
    'add a row for it',
  );
  const forgotten = Object.keys(NEEDS_A_LIVE_ONE).filter((id) => !taking.some((one) => one.id === id));
  assert.deepEqual(forgotten, [], 'control: the search finds each of them');
});

async function start(json: Record<string, unknown> = {}, by = key): Promise<string> {
  const answer = await server.ask('POST', '/v1/sessions/session', { json: { api_key: by, ...json } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json.session_id;
}

/** What every use of it answers, which must be one and the same. */
async function refusals(sessionId: string, by = key) {
  const answers: Answer[] = [];
  for (const [id, call] of Object.entries(NEEDS_A_LIVE_ONE)) {
    const answer = await call(sessionId, by);
    assert.deepEqual([answer.status, answer.json.code], [410, 'session_expired'], `${id}: ${answer.text}`);
    assert.equal(answer.json.detail, 'Session expired');
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    answers.push(answer);
  }
  // The sweep may come between two of them; it writes when it ended the machine.
  const bodies = answers.map(({ json: { request_id: _, ended_at: __, ...body } }) => body);
  for (const body of bodies) assert.deepEqual(body, bodies[0]);
  return { ...bodies[0], ended_at: answers.at(-1)!.json.ended_at };
}

test('a killed session is 410 wherever it is used: when, why, and which times it was under', async () => {
  const id = await start({ vm_lifetime_seconds: 600, idle_timeout_seconds: 60 });
  for (const [operation, call] of Object.entries(NEEDS_A_LIVE_ONE)) {
    if (operation !== 'files.download')
      assert.ok((await call(id, key)).status < 300, `control: ${operation}`);
  }
  await server.ask('POST', '/kill', { key, json: { session_id: id } });
  const body = await refusals(id);
  assert.deepEqual([body.session_id, body.reason, body.timeout], [id, 'killed', null]);
  assert.ok(Math.abs(Date.parse(body.ended_at) - server.world.now()) < 60_000);
  assert.deepEqual(
    body.timeouts.map(({ kind, seconds, set_by, field }: Record<string, unknown>) => [
      kind,
      seconds,
      set_by,
      field,
    ]),
    [
      ['idle', 60, 'session', 'idle_timeout_seconds'],
      ['lifetime', 600, 'session', 'vm_lifetime_seconds'],
      ['absolute', 86_400, 'server', 'machine_lifetime_max_seconds'],
    ],
  );
  assert.match(body.hint, /^No timeout ended it/);
});

test('one that was idle says so before and after the sweep, whose setting it was, and where it can be changed', async () => {
  const settings = '/app/v1/account/environments/testing';
  await server.ask('PATCH', settings, { cookie: ada.cookie, json: { machine_idle_timeout_seconds: 300 } });
  const testing = (await ada.key({ environment: 'testing' })).text;
  const id = await start({ vm_lifetime_seconds: 3600 }, testing);
  server.world.advance(300_000);
  const before = await refusals(id, testing);
  await sweepExpired(server.deps);
  const swept = await refusals(id, testing);
  assert.ok(swept.ended_at >= before.ended_at);
  assert.deepEqual({ ...swept, ended_at: before.ended_at }, before);
  assert.equal(swept.reason, 'idle for 300 seconds');
  assert.deepEqual(swept.timeout, {
    kind: 'idle',
    seconds: 300,
    set_by: 'environment',
    field: 'machine_idle_timeout_seconds',
    change: [
      { of: 'session', field: 'idle_timeout_seconds', cli: 'instavm create --idle-timeout SECONDS' },
      {
        of: 'environment',
        field: 'machine_idle_timeout_seconds',
        cli: 'instavm environments update testing --machine-idle-timeout-seconds SECONDS',
      },
      {
        of: 'account',
        field: 'machine_idle_timeout_seconds',
        cli: 'instavm account update --machine-idle-timeout-seconds SECONDS',
      },
    ],
  });
  assert.match(swept.hint, /idle_timeout_seconds of the session/);
});

test('one whose lifetime is over says so, and one at its bound names the bound', async () => {
  const id = await start({ vm_lifetime_seconds: 60 });
  server.world.advance(60_000);
  const over = await refusals(id);
  assert.equal(over.reason, 'its lifetime of 60 seconds was over');
  assert.deepEqual(
    [over.timeout.kind, over.timeout.seconds, over.timeout.set_by, over.timeout.field],
    ['lifetime', 60, 'session', 'vm_lifetime_seconds'],
  );
  const change = (json: Record<string, unknown>) =>
    server.ask('PATCH', '/app/v1/account', { cookie: ada.cookie, json });
  await change({ machine_lifetime_max_seconds: 100 });
  const bound = await start();
  await change({ machine_lifetime_max_seconds: null });
  server.world.advance(100_000);
  const atBound = await refusals(bound);
  assert.equal(atBound.reason, 'its longest life of 100 seconds was over');
  assert.deepEqual(
    [atBound.timeout.kind, atBound.timeout.set_by, atBound.timeout.field],
    ['absolute', 'account', 'machine_lifetime_max_seconds'],
  );
  assert.match(atBound.hint, /no renewal goes beyond.*set for the account.*instavm account update/);
});

test("security: another's session that has ended is the same 404 as one that never was, and never 410", async () => {
  const id = await start();
  await server.ask('POST', '/kill', { key, json: { session_id: id } });
  for (const [operation, call] of Object.entries(NEEDS_A_LIVE_ONE)) {
    for (const unknown of [await call(id, bobs), await call(NOWHERE, key)]) {
      assert.deepEqual([unknown.status, unknown.json.code], [404, 'session_not_found'], operation);
    }
  }
});

test('a bad key is told apart: 401 for it, 410 for the session, whichever of both is asked with', async () => {
  const id = await start();
  await server.ask('POST', '/kill', { key, json: { session_id: id } });
  const bad = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`;
  for (const [operation, call] of Object.entries(NEEDS_A_LIVE_ONE)) {
    const refused = await call(id, bad);
    assert.deepEqual([refused.status, refused.json.code], [401, 'invalid_api_key'], operation);
    assert.equal(refused.json.detail, 'Invalid API key or session expired');
  }
  await refusals(id);
});

test('the status of an ended one is 200 with why, and is never `active`; killing it is 200 however it ended', async () => {
  const id = await start({ idle_timeout_seconds: 20, vm_lifetime_seconds: 600 });
  const status = async () => (await server.ask('GET', `/v1/sessions/status/${id}`, { key })).json;
  const alive = await status();
  assert.deepEqual(
    [alive.exists, alive.vm_status, alive.idle_timeout_seconds, alive.timeout],
    [true, 'active', 20, null],
  );
  assert.equal(Date.parse(alive.idle_expires_at) - Date.parse(alive.last_used_at), 20_000);
  assert.ok(alive.expires_at < alive.absolute_expires_at);
  server.world.advance(20_000);
  const unswept = await status();
  await sweepExpired(server.deps);
  for (const ended of [unswept, await status()]) {
    assert.deepEqual(
      [ended.exists, ended.vm_assigned, ended.vm_alive, ended.vm_status, ended.end_reason, ended.timeout],
      [false, false, false, 'terminated', 'idle for 20 seconds', 'idle'],
    );
    assert.ok(ended.ended_at);
  }
  const killed = await server.ask('POST', '/kill', { key, json: { session_id: id } });
  assert.deepEqual([killed.status, killed.json.status], [200, 'terminated']);
  assert.equal((await status()).end_reason, 'idle for 20 seconds', 'what ended it stays so');
});
