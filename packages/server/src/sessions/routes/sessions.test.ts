import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sessions } from '@instavm/contract';
import { startServer, withoutRequestId } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const key = (await ada.key()).text;
const bobs = (await (await server.person('Bob')).key()).text;
const NOWHERE = '00000000-0000-4000-8000-000000000000';

const start = async (json: Record<string, unknown> = {}) => {
  const answer = await server.ask('POST', '/v1/sessions/session', { json: { api_key: key, ...json } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};
const get = (path: string, by = key) => server.ask('GET', path, { key: by });
const post = (path: string, json: unknown, by = key) => server.ask('POST', path, { key: by, json });

test('a session begins with a machine that runs already', async () => {
  const session = await start({
    vm_lifetime_seconds: 60,
    metadata: { a: 'b' },
    memory_mb: 128,
    none_such: 1,
  });
  assert.deepEqual(sessions.create.response.body.parse(session), session);
  assert.deepEqual(
    [session.vm_status, session.vm_lifetime_seconds, session.memory_mb, session.metadata],
    ['active', 60, 128, { a: 'b' }],
  );
  const vm = (await get(`/v1/vms/${session.vm_id}`)).json;
  assert.deepEqual([vm.session_id, vm.status], [session.session_id, 'active']);
  assert.deepEqual((await get(`/v1/sessions/session/${session.session_id}`)).json, session);
});

test('a lifetime out of range is 422; null is the default', async () => {
  for (const vm_lifetime_seconds of [0, 19, 86_401, '60', 1.5]) {
    const answer = await post('/v1/sessions/session', { vm_lifetime_seconds });
    assert.equal(answer.status, 422, String(vm_lifetime_seconds));
  }
  assert.equal((await start({ vm_lifetime_seconds: null })).vm_lifetime_seconds, 300);
});

test('killing a session ends its machine; killing it again is the same answer', async () => {
  const { session_id, vm_id } = await start();
  const killed = await post('/kill', { session_id });
  assert.deepEqual([killed.status, killed.json], [200, { session_id, vm_id, status: 'terminated' }]);
  assert.equal((await get(`/v1/vms/${vm_id}`)).json.status, 'terminated');
  const again = await post('/kill', { session_id });
  assert.deepEqual([again.status, again.json], [200, killed.json]);
});

test('deleting a machine ends its session', async () => {
  const { session_id, vm_id } = await start();
  await server.ask('DELETE', `/v1/vms/${vm_id}`, { key });
  assert.equal((await get(`/v1/sessions/session/${session_id}`)).status, 410);
  assert.equal((await post('/kill', { session_id })).status, 200);
});

test('a session that has ended is 410 wherever it is used, and says when and why', async () => {
  const { session_id } = await start();
  await post('/kill', { session_id });
  const upload = new FormData();
  upload.set('remote_path', 'a.txt');
  upload.set('session_id', session_id);
  upload.set('file', new Blob(['x']), 'a.txt');
  for (const answer of [
    await get(`/v1/sessions/session/${session_id}`),
    await post('/execute', { session_id, command: 'print(1)' }),
    await post('/execute_async', { session_id, command: 'print(1)' }),
    await server.ask('POST', '/upload', { key, body: upload }),
    await server.ask('POST', '/download', {
      key,
      body: new URLSearchParams({ filename: 'a.txt', session_id }),
    }),
  ]) {
    assert.deepEqual([answer.status, answer.json.code], [410, 'session_expired'], answer.text);
    assert.equal(answer.json.detail, 'Session expired');
    assert.equal(answer.json.reason, 'killed');
    assert.ok(answer.json.ended_at);
  }
});

test('the status of a session is 200 whether it lives, has ended or never was', async () => {
  const { session_id, vm_id } = await start();
  const status = async (id: string, by = key) => {
    const answer = await get(`/v1/sessions/status/${id}`, by);
    assert.equal(answer.status, 200);
    return sessions.status.response.body.parse(answer.json);
  };
  const alive = await status(session_id);
  assert.deepEqual([alive.exists, alive.vm_alive, alive.vm_id], [true, true, vm_id]);
  await post('/kill', { session_id });
  const ended = await status(session_id);
  assert.deepEqual([ended.exists, ended.vm_alive, ended.end_reason], [false, false, 'killed']);
  const never = { ...(await status(NOWHERE)), session_id: '' };
  assert.deepEqual([never.exists, never.vm_assigned, never.vm_id], [false, false, null]);
  const anothers = { ...(await status(session_id, bobs)), session_id: '' };
  assert.deepEqual(anothers, never, "security: another account's is as one that never was");
});

test("security: another account's session is the same 404 as one that never was, on every operation", async () => {
  const { session_id } = await start();
  const asks = [
    (id: string) => get(`/v1/sessions/session/${id}`, bobs),
    (id: string) => post('/kill', { session_id: id }, bobs),
    (id: string) => post('/execute', { session_id: id, command: 'print(1)' }, bobs),
    (id: string) => post('/execute_async', { session_id: id, command: 'print(1)' }, bobs),
    (id: string) =>
      server.ask('POST', '/download', {
        key: bobs,
        body: new URLSearchParams({ filename: 'a', session_id: id }),
      }),
    (id: string) => {
      const body = new FormData();
      body.set('remote_path', 'a');
      body.set('session_id', id);
      body.set('file', new Blob(['x']), 'a');
      return server.ask('POST', '/upload', { key: bobs, body });
    },
  ];
  for (const ask of asks) {
    const reference = await ask(NOWHERE);
    assert.deepEqual(
      [reference.status, reference.json.code, reference.json.detail],
      [404, 'session_not_found', 'Session not found'],
    );
    for (const id of [session_id, 'x', '1', "'"]) {
      const answer = await ask(id);
      assert.equal(withoutRequestId(answer.text), withoutRequestId(reference.text));
    }
  }
  assert.equal((await get(`/v1/sessions/session/${session_id}`)).status, 200, 'control: it lives');
});

test('security: a key without the right to start sessions starts none', async () => {
  const reader = await ada.key({ scopes: ['read-only'] });
  const answer = await server.ask('POST', '/v1/sessions/session', { json: { api_key: reader.text } });
  assert.equal(answer.status, 403);
  assert.match(answer.json.detail, /sessions:write/);
});

test('a session ends once, however many kill it at the same time', async () => {
  const { session_id, vm_id } = await start();
  const answers = await Promise.all([1, 2, 3, 4].map(() => post('/kill', { session_id })));
  for (const { status } of answers) assert.equal(status, 200);
  const events = await server.deps.db
    .selectFrom('audit_event')
    .select('event_type')
    .where('resource_id', '=', vm_id)
    .execute();
  assert.deepEqual(
    events.map(({ event_type }) => event_type),
    ['vm.created', 'vm.terminated'],
  );
});
