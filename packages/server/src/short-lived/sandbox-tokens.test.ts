import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { operations, sandboxTokens } from '@instavm/contract';
import { SANDBOX_PERMISSIONS } from '@instavm/contract/permissions';
import { checksum, mintSecret, secretAt } from '@instavm/keyformat';
import { filesHolding } from '../testing/folder.ts';
import { type Ask, startServer, withoutRequestId } from '../testing/server.ts';
import { joined } from '../testing/team.ts';
import { until } from '../testing/until.ts';
import { reconcile } from '../vms/reconcile.ts';

const PUBLIC_URL = 'https://instavm.example.org';
const server = await startServer({ after }, { config: { publicUrl: PUBLIC_URL } });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = (await ada.key()).text;

async function machine(fields: Record<string, unknown> = {}, by = key) {
  const answer = await server.ask('POST', '/v1/vms', { key: by, json: fields });
  assert.equal(answer.status, 201, answer.text);
  return { vm: answer.json.vm_id as string, session: answer.json.session_id as string, text: answer.text };
}

/** What a program in the machine reads. */
async function variable(session: string, name: string): Promise<string> {
  const json = { session_id: session, language: 'bash', command: `echo "$${name}"` };
  const answer = await server.ask('POST', '/execute', { key, json });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.stdout.trim();
}

async function withToken(fields: Record<string, unknown> = {}) {
  const made = await machine(fields);
  return { ...made, token: await variable(made.session, 'INSTAVM_SANDBOX_TOKEN') };
}

const makeToken = (vm: string, json: unknown = {}, ask: Ask = { key }) =>
  server.ask('POST', `/v1/vms/${vm}/tokens`, { ...ask, json });
const list = async (vm: string) => (await server.ask('GET', `/v1/vms/${vm}/tokens`, { key })).json;
const end = (vm: string) => server.ask('DELETE', `/v1/vms/${vm}`, { key });
const statusOf = async (token: string) => (await server.ask('GET', '/v1/whoami', { key: token })).status;

test('a new machine finds a token of its own, which nobody else is shown and nothing holds', async () => {
  const { vm, session, text, token } = await withToken();
  assert.equal(secretAt(token)?.kind, 'sandbox_token');
  assert.equal(await variable(session, 'INSTAVM_URL'), PUBLIC_URL);
  assert.equal(text.includes('instavm_st_'), false);
  const [record, ...more] = await list(vm);
  assert.equal(more.length, 0);
  assert.deepEqual(sandboxTokens.list.response.body.parse([record]), [record]);
  assert.deepEqual(
    [record.token_prefix, record.vm_id, record.status, record.scopes, record.expires_at],
    [token.slice(0, 23), vm, 'active', ['self:read', 'self:stop'], null],
  );
  for (const path of [
    `/v1/vms/${vm}`,
    `/v1/vms/${vm}/tokens`,
    '/v1/audit/events',
    '/v1/api-keys/?status=all',
  ]) {
    assert.equal((await server.ask('GET', path, { key })).text.includes(token.slice(23)), false, path);
  }
  assert.deepEqual(filesHolding(server.dataDir, token.slice(23, 55)), []);
  assert.equal(server.logged.join('').includes(token.slice(23, 55)), false);
  assert.ok(
    filesHolding(server.dataDir, token.slice(11, 23)).length > 0,
    'control: its public part is there',
  );
});

test('whoami says what a token is, whose machine it is of and what it may do', async () => {
  const { vm, token } = await withToken({
    sandbox_token: { label: 'agent', scopes: ['self:*', 'exec:run'] },
  });
  const answer = await server.ask('GET', '/v1/whoami', { key: token });
  assert.equal(answer.status, 200, answer.text);
  const { kind, vm_id, label, key_prefix, permissions, environment } = answer.json.credential;
  assert.deepEqual(
    [kind, vm_id, label, key_prefix, environment],
    ['sandbox_token', vm, 'agent', token.slice(0, 23), null],
  );
  assert.deepEqual(permissions, ['exec:run', 'self:read', 'self:stop']);
  assert.equal(answer.json.account.id, ada.accountId);
  const bearer = await server.ask('GET', '/v1/whoami', { headers: { authorization: `Bearer ${token}` } });
  assert.equal(bearer.json.credential.source, 'bearer');
  const [{ last_used_at: lastUsedAt }] = await list(vm);
  assert.ok(lastUsedAt);
});

test('a token stops its own machine, in both ways, and is over with it at once', async () => {
  for (const stop of [
    (vm: string, token: string) => server.ask('DELETE', `/v1/vms/${vm}`, { key: token }),
    (_: string, token: string, session: string) =>
      server.ask('POST', '/kill', { key: token, json: { session_id: session } }),
  ]) {
    const { vm, session, token } = await withToken();
    const stopped = await stop(vm, token, session);
    assert.equal(stopped.status, 200, stopped.text);
    assert.equal((await server.ask('GET', `/v1/vms/${vm}`, { key })).json.status, 'terminated');
    const again = await stop(vm, token, session);
    assert.deepEqual([again.status, again.json.code], [401, 'key_revoked']);
    const { items } = (
      await server.ask('GET', `/v1/audit/events?vm_id=${vm}&event_type=vm.terminated`, { key })
    ).json;
    assert.deepEqual(
      [items[0].actor_type, items[0].actor_id],
      ['sandbox_token', String((await list(vm))[0].id)],
    );
  }
});

test('abuse case 44: a token ends with its machine, whichever way the machine ends', async () => {
  const ways: Record<string, (vm: string, session: string) => Promise<unknown>> = {
    deleted: (vm) => end(vm),
    killed: (_, session_id) => server.ask('POST', '/kill', { key, json: { session_id } }),
    'its time is over': async (vm) => {
      server.world.advance(61_000);
      await until(async () => (await server.ask('GET', `/v1/vms/${vm}`, { key })).json.ended_at !== null);
    },
    'gone from the host': async (vm) => {
      await server.deps.host.apply({
        ...{ verb: 'delete', opKey: `outside:${vm}`, epoch: 1, vmId: vm, generation: 1, reason: 'test' },
      });
      await reconcile(server.deps, { atStart: false });
    },
    'its account is closed': () =>
      server.deps.machines.end(
        { type: 'system', id: 'test', address: null, requestId: null },
        machineRow!,
        'the account was closed',
      ),
  };
  let machineRow: Parameters<typeof server.deps.machines.end>[1] | undefined;
  for (const [way, happen] of Object.entries(ways)) {
    const { vm, session, token } = await withToken({ vm_lifetime_seconds: 60 });
    const explicit = (await makeToken(vm, { scopes: ['vms:read'], lifetime_seconds: 86_400 })).json.token;
    machineRow = await server.deps.db
      .selectFrom('vm')
      .selectAll()
      .where('id', '=', vm)
      .executeTakeFirstOrThrow();
    assert.deepEqual([await statusOf(token), await statusOf(explicit)], [200, 200], 'control');
    await happen(vm, session);
    assert.deepEqual([await statusOf(token), await statusOf(explicit)], [401, 401], way);
    assert.deepEqual(
      (await list(vm)).map(({ status }: { status: string }) => status),
      ['revoked', 'revoked'],
    );
    await server.deps.keys.load();
    assert.equal(await statusOf(token), 401, `${way}, and read from the database again`);
  }
});

test('abuse case 44: a machine that cannot be made leaves no token that works', async () => {
  const { capacity } = await server.deps.host.hello();
  const before = await server.deps.db
    .selectFrom('api_key')
    .select('id')
    .where('kind', '=', 'sandbox_token')
    .execute();
  const made = [];
  for (let mb = 0; mb <= capacity.memoryMb + 8192; mb += 8192) {
    const answer = await server.ask('POST', '/v1/vms', { key, json: { memory_mb: 8192 } });
    if (answer.status !== 201) break;
    made.push(answer.json.vm_id);
  }
  for (const vm of made) await end(vm);
  const live = await server.deps.db
    .selectFrom('api_key')
    .select('id')
    .where('kind', '=', 'sandbox_token')
    .where('ended_at', 'is', null)
    .where('id', '>', Math.max(...before.map(({ id }) => id)))
    .execute();
  assert.deepEqual(live, []);
});

test('abuse case 44: a machine holds no account key: none in its environment, its record or its files', async () => {
  const { vm, session } = await withToken({ metadata: { team: 'a' }, env: { PLAIN: 'x' } });
  const secret = key.slice(11);
  for (const command of ['env', 'printenv', 'cat /proc/self/environ', 'cat /proc/1/environ', 'set']) {
    const { json } = await server.ask('POST', '/execute', {
      key,
      json: { session_id: session, language: 'bash', command },
    });
    assert.equal(JSON.stringify(json).includes(secret), false, command);
  }
  assert.equal((await server.ask('GET', `/v1/vms/${vm}`, { key })).text.includes(secret), false);
  assert.equal(await variable(session, 'PLAIN'), 'x', 'control');
  for (const json of [{ metadata: { a: key } }, { metadata: { [key]: 'a' } }]) {
    const refused = await server.ask('POST', '/v1/vms', { key, json });
    assert.deepEqual([refused.status, refused.json.detail[0].type], [422, 'holds_api_key']);
  }
});

const everything = { scopes: [...SANDBOX_PERMISSIONS] };

test('abuse case 44: a token with all scopes reaches its own machine, and of another one what never was', async () => {
  const [own, other] = [await machine(), await machine()];
  const token = (await makeToken(own.vm, everything)).json.token;
  const task = async (session_id: string) =>
    (await server.ask('POST', '/execute_async', { key, json: { session_id, command: 'print(1)' } })).json
      .task_id;
  const [ownTask, otherTask] = [await task(own.session), await task(other.session)];
  const upload = (session: string) => {
    const body = new FormData();
    body.set('remote_path', '/tmp/a');
    body.set('session_id', session);
    body.set('file', new Blob(['x']), 'a');
    return body;
  };
  type Target = { vm: string; session: string; task: string };
  const calls: Record<string, (to: Target) => [string, string, Ask]> = {
    'vms.get': ({ vm }) => ['GET', `/v1/vms/${vm}`, {}],
    'sessions.get': ({ session }) => ['GET', `/v1/sessions/session/${session}`, {}],
    'sessions.usage': ({ session }) => ['GET', `/v1/sessions/usage/${session}`, {}],
    'executions.run': ({ session: session_id }) => [
      'POST',
      '/execute',
      { json: { session_id, command: 'print(1)' } },
    ],
    'executions.start': ({ session: session_id }) => [
      'POST',
      '/execute_async',
      { json: { session_id, command: 'print(1)' } },
    ],
    'executions.get': ({ task: id }) => ['GET', `/v1/executions/${id}`, {}],
    'files.upload': ({ session }) => ['POST', '/upload', { body: upload(session) }],
    'files.download': ({ session }) => [
      'POST',
      '/download',
      { body: new URLSearchParams({ session_id: session, filename: '/tmp/a' }) },
    ],
    'vms.delete': ({ vm }) => ['DELETE', `/v1/vms/${vm}`, {}],
    'sessions.kill': ({ session: session_id }) => ['POST', '/kill', { json: { session_id } }],
  };
  const listed: Record<string, string> = {
    'vms.list': '/v1/vms',
    'vms.listAll': '/v1/vms/',
    'sessions.listSandboxes': '/v1/sessions/sandboxes',
  };
  const open = operations.filter((op) => op.built && op.sandboxPermission).map(({ id }) => id);
  const known = [...Object.keys(calls), ...Object.keys(listed), 'account.whoami', 'sessions.status'];
  assert.deepEqual(
    open.toSorted(),
    known.toSorted(),
    'every operation that such a token may ask is tried here',
  );

  const mine: Target = { vm: own.vm, session: own.session, task: ownTask };
  const foreign: Target = { vm: other.vm, session: other.session, task: otherTask };
  const nobodys: Target = {
    vm: 'vm_0000000000000000',
    session: '00000000-0000-4000-8000-000000000000',
    task: '00000000-0000-4000-8000-000000000000',
  };
  for (const [id, call] of Object.entries(calls)) {
    const texts = [];
    for (const target of [foreign, nobodys]) {
      const [method, path, ask] = call(target);
      const answer = await server.ask(method, path, { key: token, ...ask });
      assert.equal(answer.status, 404, `${id} ${answer.text}`);
      texts.push(withoutRequestId(answer.text));
    }
    assert.equal(texts[0], texts[1], id);
  }
  const status = await server.ask('GET', `/v1/sessions/status/${other.session}`, { key: token });
  assert.equal(status.json.exists, false);
  for (const [id, path] of Object.entries(listed)) {
    const answer = await server.ask('GET', path, { key: token });
    assert.deepEqual(
      answer.json.map((one: { vm_id: string }) => one.vm_id),
      [own.vm],
      id,
    );
  }
  assert.equal(
    (await server.ask('GET', `/v1/vms/${other.vm}`, { key })).json.status,
    'active',
    'it lives on',
  );
  for (const [id, call] of Object.entries(calls)) {
    if (id === 'sessions.kill') continue;
    const [method, path, ask] = call(mine);
    const answer = await server.ask(method, path, { key: token, ...ask });
    assert.ok(answer.status < 300, `control: ${id} ${answer.text}`);
  }
  await end(other.vm);
});

test('abuse case 11: a token with all scopes is refused by every operation that concerns more than its machine', async () => {
  const { vm } = await machine();
  const token = (await makeToken(vm, everything)).json.token;
  let refused = 0;
  for (const operation of operations) {
    if (operation.credential === 'none' || operation.sandboxPermission) continue;
    const path = operation.path
      .replace(/\{path\}$/, 'a')
      .replaceAll('{vm_id}', vm)
      .replaceAll(/\{\w+\}/g, '1');
    const inBody = operation.credential === 'body';
    const json = inBody ? { api_key: token } : {};
    const answer = await server.ask(operation.method, path, {
      ...(inBody ? {} : { key: token }),
      ...(['GET', 'HEAD'].includes(operation.method) ? {} : { json }),
    });
    assert.equal(answer.status, 403, `${operation.id} ${answer.text}`);
    if (operation.method === 'HEAD') continue;
    assert.match(answer.json.detail, /its own machine alone/, operation.id);
    refused++;
  }
  assert.ok(refused > 100);
  assert.equal(await statusOf(token), 200, 'control');
  await end(vm);
});

test('a token does what its scopes say and no more, and a key with self:stop alone stops nothing', async () => {
  const { vm, session } = await machine();
  const token = (await makeToken(vm, { scopes: ['vms:read'] })).json.token;
  assert.equal((await server.ask('GET', `/v1/vms/${vm}`, { key: token })).status, 200);
  for (const [method, path, json] of [
    ['DELETE', `/v1/vms/${vm}`],
    ['POST', '/kill', { session_id: session }],
    ['POST', '/execute', { session_id: session, command: 'print(1)' }],
    ['GET', `/v1/sessions/session/${session}`],
  ] as const) {
    const answer = await server.ask(method, path, { key: token, ...(json ? { json } : {}) });
    assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], path);
    assert.match(answer.json.detail, /sandbox token lacks the permission/);
  }
  const few = (await ada.key({ scopes: ['self:stop', 'vms:read'] })).text;
  assert.equal((await server.ask('DELETE', `/v1/vms/${vm}`, { key: few })).status, 403);
  await end(vm);
});

test('scopes beyond one machine are 422 by name; scopes beyond the maker are 403', async () => {
  const { vm } = await machine();
  for (const scope of [
    'full',
    'read-only',
    'exec-only',
    'vms:*',
    'vms:write',
    'keys:read',
    'sessions:*',
    'account:read',
  ]) {
    for (const answer of [
      await makeToken(vm, { scopes: ['self:read', scope] }),
      await server.ask('POST', '/v1/vms', { key, json: { sandbox_token: { scopes: ['self:read', scope] } } }),
    ]) {
      assert.equal(answer.status, 422, scope);
      assert.match(answer.json.detail[0].msg, /more than one machine/);
    }
  }
  const few = (await ada.key({ scopes: ['vms:write', 'vms:read', 'keys:write'] })).text;
  const beyond = await server.ask('POST', '/v1/vms', {
    key: few,
    json: { sandbox_token: { scopes: ['exec:run'] } },
  });
  assert.deepEqual([beyond.status, beyond.json.code], [403, 'permission_denied']);
  assert.equal((await makeToken(vm, { scopes: ['files:*'] }, { key: few })).status, 403);
  assert.equal(
    (await makeToken(vm, { scopes: ['self:*', 'vms:read'] }, { key: few })).status,
    201,
    'control',
  );
  await end(vm);
});

test('a chosen lifetime ends a token before its machine; the end is exact and is in the audit trail', async () => {
  const { vm } = await machine({ vm_lifetime_seconds: 3600 });
  const made = await makeToken(vm, { lifetime_seconds: 60, label: 'short' });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(sandboxTokens.create.response.body.parse(made.json), made.json);
  const leftMs = Date.parse(made.json.expires_at) - server.world.now();
  server.world.advance(leftMs - 200);
  assert.equal(await statusOf(made.json.token), 200);
  server.world.advance(200);
  assert.equal(await statusOf(made.json.token), 401);
  const events = async () =>
    (await server.ask('GET', `/v1/audit/events?vm_id=${vm}&event_type=sandbox_token.expired`, { key })).json
      .items;
  await until(async () => (await events()).length === 1);
  assert.equal((await events())[0].resource_type, 'sandbox_token');
  await end(vm);
});

test('a token is revoked by its number or by whoever holds it whole; a machine that has ended gets none', async () => {
  const { vm, token } = await withToken();
  const made = (await makeToken(vm)).json;
  for (let n = 0; n < 2; n++) {
    const answer = await server.ask('DELETE', `/v1/vms/${vm}/tokens/${made.id}`, { key });
    assert.deepEqual([answer.status, answer.json], [200, { id: made.id, status: 'revoked' }]);
  }
  assert.equal(await statusOf(made.token), 401);
  assert.equal(await statusOf(token), 200, 'control: the other one');
  assert.equal((await server.ask('POST', '/v1/api-keys/report-leak', { json: { key: token } })).status, 202);
  assert.equal(await statusOf(token), 401);
  await end(vm);
  const late = await makeToken(vm);
  assert.deepEqual([late.status, late.json.detail], [410, 'Session expired']);
});

test('a machine has sixteen live tokens at most', async () => {
  const { vm } = await machine();
  const answers = await Promise.all(Array.from({ length: 20 }, () => makeToken(vm)));
  assert.equal(answers.filter(({ status }) => status === 201).length, 15, 'and its own');
  assert.ok(answers.every(({ status, json }) => status === 201 || json.code === 'limit_reached'));
  await end(vm);
});

test('who makes a machine decides whether it has a token, and what stands in its variable', async () => {
  const none = await machine({ sandbox_token: false });
  assert.equal(await variable(none.session, 'INSTAVM_SANDBOX_TOKEN'), '');
  assert.deepEqual(await list(none.vm), []);
  const theirs = await machine({
    env: { INSTAVM_SANDBOX_TOKEN: 'mine', INSTAVM_URL: 'https://proxy.example.org' },
  });
  assert.equal(await variable(theirs.session, 'INSTAVM_SANDBOX_TOKEN'), 'mine');
  assert.deepEqual(await list(theirs.vm), [], 'one that nobody could find is not made');
  const session = await server.ask('POST', '/v1/sessions/session', {
    json: {
      api_key: key,
      sandbox_token: { scopes: ['files:read'] },
      env: { INSTAVM_URL: 'https://proxy.example.org' },
    },
  });
  assert.equal(session.status, 201, session.text);
  assert.equal(await variable(session.json.session_id, 'INSTAVM_URL'), 'https://proxy.example.org');
  assert.deepEqual((await list(session.json.vm_id))[0].scopes, ['files:read']);
  for (const vm of [none.vm, theirs.vm, session.json.vm_id]) await end(vm);
});

test('tokens are no API keys: not listed, counted, changed, rotated, switched off, explained or found by their number', async () => {
  const used = async () => (await server.ask('GET', '/v1/whoami', { key })).json.limits.keys.used;
  const before = await used();
  const { vm } = await machine();
  const [{ id }] = await list(vm);
  assert.equal(await used(), before);
  const all = (await server.ask('GET', '/v1/api-keys/?status=all', { key })).json;
  assert.equal(
    all.some((one: { id: number }) => one.id === id),
    false,
  );
  for (const [method, path, json] of [
    ['GET', ''],
    ['PATCH', '', { label: 'x' }],
    ['DELETE', ''],
    ['POST', '/rotate', {}],
    ['POST', '/rotate/undo'],
    ['POST', '/disable'],
    ['POST', '/enable'],
    ['POST', '/explain', { action: 'vms:read' }],
  ] as const) {
    const call = (which: number) =>
      server.ask(method, `/v1/api-keys/${which}${path}`, { key, ...(json ? { json } : {}) });
    const [answer, nobodys] = [await call(id), await call(987_654)];
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.equal(withoutRequestId(answer.text), withoutRequestId(nobodys.text));
  }
  assert.equal((await list(vm))[0].status, 'active');
  await end(vm);
});

test('a service that is shown a token can ask what it is', async () => {
  const { vm, token } = await withToken();
  const ask = async (by: string) =>
    (await server.ask('POST', '/v1/api-keys/introspect', { key: by, json: { key: token } })).json;
  const found = await ask(key);
  assert.deepEqual(
    [found.active, found.token_type, found.vm_id, found.client_id],
    [true, 'sandbox_token', vm, token.slice(0, 23)],
  );
  assert.deepEqual(await ask((await bob.key()).text), { active: false });
  await end(vm);
  assert.deepEqual(await ask(key), { active: false });
});

test('abuse case 3: an unknown id and a wrong secret of a token get the same bytes, and the kinds do not stand for each other', async () => {
  const { vm, token } = await withToken();
  const sealed = (body: string) => body + checksum(body);
  const wrong = {
    'unknown id': mintSecret('sandbox_token', randomBytes),
    'wrong secret': sealed(token.slice(0, 23) + mintSecret('sandbox_token', randomBytes).slice(23, 55)),
    'a token as a key': sealed(`instavm_sk_${token.slice(11, 55)}`),
    'a key as a token': sealed(`instavm_st_${key.slice(11, 55)}`),
    'unknown id of a key': mintSecret('api_key', randomBytes),
    'wrong checksum': `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
    cut: token.slice(0, -1),
    longer: `${token}0`,
    'other letters': token.toUpperCase(),
  };
  const texts = new Set<string>();
  for (const [what, text] of Object.entries(wrong)) {
    const answer = await server.ask('GET', '/v1/whoami', { key: text });
    assert.equal(answer.status, 401, what);
    texts.add(withoutRequestId(answer.text));
  }
  assert.equal(texts.size, 1);
  assert.equal(await statusOf(token), 200, 'control');
  await end(vm);
});

test('a token of an environment is of that environment, and a member who is suspended holds none that works', async () => {
  const testing = (await ada.key({ environment: 'testing' })).text;
  const production = (await ada.key({ environment: 'production' })).text;
  const { vm } = await machine({}, testing);
  assert.equal((await makeToken(vm, {}, { key: production })).status, 404);
  assert.equal((await server.ask('GET', `/v1/vms/${vm}/tokens`, { key: production })).status, 404);
  const made = await makeToken(vm, {}, { key: testing });
  assert.equal(
    (await server.ask('GET', '/v1/whoami', { key: made.json.token })).json.credential.environment,
    'testing',
  );
  const dev = await joined(server, ada, 'Dev', 'developer');
  const devs = await machine({}, (await dev.key()).text);
  const token = (await makeToken(devs.vm, {}, { key: (await dev.key()).text })).json.token;
  await server.ask('POST', `/v1/members/${dev.id}/suspend`, { key });
  assert.equal(await statusOf(token), 401);
  await server.ask('POST', `/v1/members/${dev.id}/resume`, { key });
  assert.equal(await statusOf(token), 200);
  const removed = await server.ask('DELETE', `/v1/members/${dev.id}?keys=member:${ada.id}`, { key });
  assert.deepEqual(
    [removed.status, removed.json.keys.handed_over],
    [200, 2],
    'its two keys are counted, and no token',
  );
  assert.equal(await statusOf(token), 200, 'it was handed over with them');
  for (const id of [vm, devs.vm]) await end(id);
});
