import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstaVM, InstaVMError } from '../index.ts';
import { serve } from '../testing/server.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';
const ID = '5a0c0000-0000-4000-8000-000000000000';

test('every method sends the request of its operation, with the key in X-API-Key alone', async (t) => {
  const { url, seen } = await serve(t, () => ({ body: { keys: [], is_complete: true } }));
  const client = new InstaVM(` ${KEY}\r\n`, { baseUrl: `${url}/`, userAgent: 'my-tool/1' });
  await client.vms.create({ memoryMb: 512, lifetimeSeconds: 60, extra: { image_variant: 'standard' } });
  await client.vms.list();
  await client.vms.listAllRecords();
  await client.vms.get('vm_a/b');
  await client.vms.delete('vm_a');
  await client.sessions.create({ vcpuCount: 1 });
  await client.sessions.get(ID);
  await client.sessions.status(ID);
  await client.sessions.kill(ID);
  await client.execute('1', { sessionId: ID, language: 'bash', timeoutSeconds: 9 });
  await client.executeAsync('1', { sessionId: ID });
  await client.getTaskResult('task');
  await client.apiKeys.create({ label: 'ci' }, { idempotencyKey: 'once' });
  await client.apiKeys.list({ status: 'all' });
  await client.apiKeys.get(1);
  await client.apiKeys.update(1, { label: null });
  await client.apiKeys.revoke(1);
  await client.apiKeys.delete(1);
  await client.apiKeys.rotate(1, { policy: 'at', at: '2030-01-01T00:00:00Z' });
  await client.apiKeys.undoRotation(1);
  await client.apiKeys.disable(1);
  await client.apiKeys.enable(1);
  await client.apiKeys.explain(1, { action: 'vms:read' });
  await client.apiKeys.introspect('asked', { address: '192.0.2.1' });
  await client.whoami();
  await client.users.me();
  await client.sshKeys.create('ssh-ed25519 AAAA me');
  await client.sshKeys.list();
  await client.sshKeys.delete(2);
  assert.deepEqual(
    seen.map(({ method, url, body }) => [method, url, body && JSON.parse(body)]),
    [
      ['POST', '/v1/vms?wait=true', { memory_mb: 512, vm_lifetime_seconds: 60, image_variant: 'standard' }],
      ['GET', '/v1/vms', ''],
      ['GET', '/v1/vms/', ''],
      ['GET', '/v1/vms/vm_a%2Fb', ''],
      ['DELETE', '/v1/vms/vm_a', ''],
      ['POST', '/v1/sessions/session', { vcpu_count: 1 }],
      ['GET', `/v1/sessions/session/${ID}`, ''],
      ['GET', `/v1/sessions/status/${ID}`, ''],
      ['POST', '/kill', { session_id: ID }],
      ['POST', '/execute', { command: '1', session_id: ID, language: 'bash', timeout: 9 }],
      ['POST', '/execute_async', { command: '1', session_id: ID }],
      ['GET', '/v1/executions/task', ''],
      ['POST', '/v1/api-keys/', { label: 'ci' }],
      ['GET', '/v1/api-keys/?status=all', ''],
      ['GET', '/v1/api-keys/1', ''],
      ['PATCH', '/v1/api-keys/1', { label: null }],
      ['DELETE', '/v1/api-keys/1', ''],
      ['DELETE', '/v1/api-keys/1', ''],
      ['POST', '/v1/api-keys/1/rotate', { policy: 'at', at: '2030-01-01T00:00:00Z' }],
      ['POST', '/v1/api-keys/1/rotate/undo', ''],
      ['POST', '/v1/api-keys/1/disable', ''],
      ['POST', '/v1/api-keys/1/enable', ''],
      ['POST', '/v1/api-keys/1/explain', { action: 'vms:read' }],
      ['POST', '/v1/api-keys/introspect', { key: 'asked', address: '192.0.2.1' }],
      ['GET', '/v1/whoami', ''],
      ['GET', '/v1/users/me', ''],
      ['POST', '/v1/ssh-keys', { public_key: 'ssh-ed25519 AAAA me' }],
      ['GET', '/v1/ssh-keys', ''],
      ['DELETE', '/v1/ssh-keys/2', ''],
    ],
  );
  for (const { headers } of seen) {
    assert.equal(headers['x-api-key'], KEY);
    assert.equal(headers.authorization, undefined);
    assert.match(headers['user-agent']!, /^my-tool\/1 instavm-sdk-js\//);
  }
  assert.equal(seen.find(({ body }) => body.includes('"ci"'))?.headers['idempotency-key'], 'once');
});

test('code without a session runs in one of the client, started once and ended by close', async (t) => {
  const { url, seen } = await serve(t, () => ({ body: { session_id: ID } }));
  const client = new InstaVM(KEY, { baseUrl: url });
  await Promise.all([client.execute('1'), client.execute('2')]);
  await client.close();
  await client.close();
  const paths = seen.map((request) => request.url).sort();
  assert.deepEqual(paths, ['/execute', '/execute', '/kill', '/v1/sessions/session']);
});

test('an own session that has expired is replaced at the next call', async (t) => {
  let sessions = 0;
  const { url } = await serve(t, ({ url, body }) => {
    if (url === '/v1/sessions/session') return { body: { session_id: `s${++sessions}` } };
    return body.includes('"s1"')
      ? { status: 410, body: { code: 'session_expired', detail: 'Session expired' } }
      : { body: { stdout: 'ok' } };
  });
  const client = new InstaVM(KEY, { baseUrl: url });
  await assert.rejects(client.execute('1'), { name: 'SessionError', detail: 'Session expired' });
  assert.equal((await client.execute('1')).stdout, 'ok');
});

test('a run longer than fetch can wait is started and asked for', async (t) => {
  const { url, seen } = await serve(t, ({ url }) =>
    url === '/execute_async'
      ? { status: 202, body: { task_id: 't1', status: 'running' } }
      : { body: { is_complete: true, stdout: 'done', stderr: '', exit_code: 3 } },
  );
  const result = await new InstaVM(KEY, { baseUrl: url }).execute('x', {
    sessionId: ID,
    timeoutSeconds: 600,
  });
  assert.deepEqual([result.stdout, result.output, result.exit_code], ['done', 'done', 3]);
  assert.deepEqual(
    seen.map(({ url }) => url),
    ['/execute_async', '/v1/executions/t1'],
  );
});

test('files arrive and come back byte for byte, empty ones too', async (t) => {
  const { url, seen } = await serve(t, ({ url, body }) => {
    if (url === '/upload') return { body: { status: 'success' } };
    const content = body.includes('empty') ? '\n' : Buffer.from([0, 255, 10]).toString('base64');
    return { body: { filename: 'f', size: 3, content } };
  });
  const client = new InstaVM(KEY, { baseUrl: url });
  await client.upload(Uint8Array.from([104, 105]), '/tmp/dir/a.txt', { sessionId: ID });
  const parts = [...seen[0]!.body.matchAll(/name="(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(parts, ['remote_path', 'session_id', 'file']);
  assert.match(seen[0]!.body, /filename="a\.txt"[\s\S]*\r\n\r\nhi\r\n/);
  const file = await client.download('/tmp/a b', { sessionId: ID });
  assert.deepEqual([...file.content], [0, 255, 10]);
  assert.equal(seen[1]!.body, `filename=%2Ftmp%2Fa+b&session_id=${ID}`);
  assert.equal((await client.download('empty', { sessionId: ID })).content.length, 0);
});

test('an id that would name another path is refused without a request', async (t) => {
  const { url, seen } = await serve(t, () => ({}));
  const client = new InstaVM(KEY, { baseUrl: url });
  for (const id of ['', '.', '..']) {
    await assert.rejects(client.vms.get(id), { code: 'invalid_argument' });
  }
  assert.equal(seen.length, 0);
});

test('a base URL that is none is refused at once', () => {
  for (const baseUrl of ['', 'localhost:8080', 'ftp://x', 'http://u:p@x', 'http://x/?a']) {
    assert.throws(() => new InstaVM(KEY, { baseUrl }), InstaVMError, baseUrl);
  }
});
