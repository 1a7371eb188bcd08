import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { InstaVM, InstaVMError } from '../index.ts';
import { serve } from '../testing/server.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';
const ID = '5a0c0000-0000-4000-8000-000000000000';

/** Fixed paths come before those with parameters, as the server routes them. */
const inOrder = operations.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);

function operationOf(method: string, url: string): Operation {
  const path = url.split('?', 1)[0]!;
  const found = inOrder.find(
    (entry) =>
      entry.method === method && new RegExp(`^${entry.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  assert.ok(found, `${method} ${url} is no operation`);
  return found;
}

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
  await client.sessions.list({ metadata: { a: 'b' }, limit: 5 });
  await client.sessions.renew(ID, { lifetimeSeconds: 60, idleTimeoutSeconds: 30 });
  await client.sessions.usage(ID);
  await client.apiKeys.usage(1, { period: '24h', granularity: 'hour' });
  await client.usage.query({ by: 'vm', period: '30d', environment: 'testing', keyId: 1, vmId: 'vm_a' });
  await client.usage.export({ format: 'csv' });
  await client.usage.breakdown({ days: 7 });
  await client.credits.allocation();
  await client.credits.usage({ period: 'all', usageType: 'vm_execution', limit: 3 });
  await client.credits.summary({ period: 'last_30_days' });
  await client.credits.check('vm_execution', 1.5);
  await client.credits.rates();
  await client.credits.usageTrends({ period: '7d', granularity: 'hourly' });
  await client.credits.usageForecast();
  await client.webhooks.createEndpoint({ url: 'https://a.example/', event_patterns: ['vm.*'] });
  await client.webhooks.listEndpoints();
  await client.webhooks.getEndpoint('whe_1');
  await client.webhooks.updateEndpoint('whe_1', { enabled: false });
  await client.webhooks.deleteEndpoint('whe_1');
  await client.webhooks.rotateSecret('whe_1');
  await client.webhooks.sendTestEvent('whe_1');
  await client.webhooks.verifyEndpoint('whe_1');
  await client.webhooks.listDeliveries({ endpointId: 'whe_1', status: 'dead', eventType: 'vm.terminated' });
  await client.webhooks.getDelivery('whd_1');
  await client.webhooks.replayDelivery('whd_1');
  await client.anomalies.list({ status: 'all', keyId: 1 });
  await client.anomalies.get('an_1');
  await client.anomalies.quiet('an_1', { days: 5 });
  await client.anomalies.resolve('an_1');
  const policy = { name: 'ci', issuer: 'https://i.example', audience: 'me', subject: 'repo:a/b:*' };
  await client.trustPolicies.create(policy);
  await client.trustPolicies.list();
  await client.trustPolicies.get(4);
  await client.trustPolicies.delete(4);
  await client.sandboxTokens.create('vm_a', { label: 'x' });
  await client.sandboxTokens.list('vm_a');
  await client.sandboxTokens.revoke('vm_a', 5);
  await client.account.listEnvironments();
  await client.account.updateEnvironment('testing', { rate_limit: 'off' });
  await client.members.listSessions(6);
  await client.members.endSessions(6);
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
      ['GET', '/v1/sessions/sandboxes?metadata=%7B%22a%22%3A%22b%22%7D&limit=5', ''],
      ['POST', `/v1/sessions/session/${ID}/renew`, { vm_lifetime_seconds: 60, idle_timeout_seconds: 30 }],
      ['GET', `/v1/sessions/usage/${ID}`, ''],
      ['GET', '/v1/api-keys/1/usage?period=24h&granularity=hour', ''],
      ['GET', '/v1/usage?by=vm&period=30d&environment=testing&key_id=1&vm_id=vm_a', ''],
      ['GET', '/v1/usage/export?format=csv', ''],
      ['GET', '/v1/users/me/usage-breakdown?days=7', ''],
      ['GET', '/v1/credits/allocation', ''],
      ['GET', '/v1/credits/usage?period=all&usage_type=vm_execution&limit=3', ''],
      ['GET', '/v1/credits/summary?period=last_30_days', ''],
      ['GET', '/v1/credits/check?usage_type=vm_execution&required_credits=1.5', ''],
      ['GET', '/v1/credits/rates', ''],
      ['GET', '/v1/credits/usage/trends?period=7d&granularity=hourly', ''],
      ['GET', '/v1/credits/usage/forecasting', ''],
      ['POST', '/v1/webhooks/endpoints', { url: 'https://a.example/', event_patterns: ['vm.*'] }],
      ['GET', '/v1/webhooks/endpoints', ''],
      ['GET', '/v1/webhooks/endpoints/whe_1', ''],
      ['PATCH', '/v1/webhooks/endpoints/whe_1', { enabled: false }],
      ['DELETE', '/v1/webhooks/endpoints/whe_1', ''],
      ['POST', '/v1/webhooks/endpoints/whe_1/rotate-secret', ''],
      ['POST', '/v1/webhooks/endpoints/whe_1/test', ''],
      ['POST', '/v1/webhooks/endpoints/whe_1/verify', ''],
      ['GET', '/v1/webhooks/deliveries?endpoint_id=whe_1&status=dead&event_type=vm.terminated', ''],
      ['GET', '/v1/webhooks/deliveries/whd_1', ''],
      ['POST', '/v1/webhooks/deliveries/whd_1/replay', ''],
      ['GET', '/v1/anomalies?status=all&key_id=1', ''],
      ['GET', '/v1/anomalies/an_1', ''],
      ['POST', '/v1/anomalies/an_1/quiet', { days: 5 }],
      ['POST', '/v1/anomalies/an_1/resolve', ''],
      ['POST', '/v1/trust-policies', policy],
      ['GET', '/v1/trust-policies', ''],
      ['GET', '/v1/trust-policies/4', ''],
      ['DELETE', '/v1/trust-policies/4', ''],
      ['POST', '/v1/vms/vm_a/tokens', { label: 'x' }],
      ['GET', '/v1/vms/vm_a/tokens', ''],
      ['DELETE', '/v1/vms/vm_a/tokens/5', ''],
      ['GET', '/v1/account/environments', ''],
      ['PATCH', '/v1/account/environments/testing', { rate_limit: 'off' }],
      ['GET', '/v1/members/6/sessions', ''],
      ['DELETE', '/v1/members/6/sessions', ''],
    ],
  );
  for (const { headers } of seen) {
    assert.equal(headers['x-api-key'], KEY);
    assert.equal(headers.authorization, undefined);
    assert.match(headers['user-agent']!, /^my-tool\/1 instavm-sdk-js\//);
  }
  assert.equal(seen.find(({ body }) => body.includes('"ci"'))?.headers['idempotency-key'], 'once');
  for (const { method, url, headers } of seen) {
    const { id, isRepeatable } = operationOf(method, url);
    assert.equal('idempotency-key' in headers, isRepeatable === true, id);
  }
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
