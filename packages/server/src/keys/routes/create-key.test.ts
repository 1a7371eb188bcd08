import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { apiKeys } from '@instavm/contract';
import { checkKeyText } from '@instavm/keyformat';
import { filesHolding } from '../../testing/folder.ts';
import { type Answer, startServer, testKey } from '../../testing/server.ts';

const server = await startServer({ after });
const { deps } = server;
const ada = await server.person('Ada');
const full = await ada.key();

const create = (json: Record<string, unknown>, key = full.text): Promise<Answer> =>
  server.ask('POST', '/v1/api-keys/', { key, json });

test('a key that was made works from the next request on', async () => {
  const made = await create({ label: 'ci', environment: 'testing', description: 'two\nlines', owner: 'ops' });
  assert.equal(made.status, 201);
  assert.deepEqual(checkKeyText(made.json.full_key), { ok: true, key: made.json.full_key });
  assert.equal(made.json.key_prefix, made.json.full_key.slice(0, 23));
  const { label, environment, description, owner, user_id, status, scopes, last_used } = made.json;
  assert.deepEqual(
    { label, environment, description, owner, user_id, status, scopes, last_used },
    {
      label: 'ci',
      environment: 'testing',
      description: 'two\nlines',
      owner: 'ops',
      user_id: ada.id,
      status: 'active',
      scopes: ['full'],
      last_used: null,
    },
  );
  assert.deepEqual(made.json.created_from, { address: '127.0.0.1', client: 'node' });
  assert.equal((await server.ask('GET', '/v1/users/me', { key: made.json.full_key })).json.id, ada.id);
});

test('abuse case 43: the whole key is in the answer that made it and nowhere else', async () => {
  const answer = await create({ label: 'canary' });
  const canary = testKey(answer.json);
  assert.equal(answer.text.split(canary.secret).length, 2, 'control: once in this answer');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  for (const [method, path, json] of [
    ['GET', `/v1/api-keys/${canary.id}`],
    ['GET', '/v1/api-keys/'],
    ['GET', '/v1/api-keys/?status=all'],
    ['PATCH', `/v1/api-keys/${canary.id}`, { label: 'renamed' }],
    ['DELETE', `/v1/api-keys/${canary.id}`],
    ['GET', `/v1/api-keys/${canary.id}`],
  ] as const) {
    const later = await server.ask(method, path, { key: full.text, ...(json ? { json } : {}) });
    assert.equal(later.status, 200, `${method} ${path}`);
    assert.equal(later.text.includes(canary.secret), false, `${method} ${path}`);
    assert.equal(later.text.includes('full_key'), false, `${method} ${path}`);
  }
});

test('abuse case 40: no file of the data folder and no line of the log ever holds the secret of a key', async () => {
  const canary = testKey((await create({ label: 'canary on disk' })).json);
  await server.ask('GET', '/v1/vms', { key: canary.text });
  await server.ask('GET', `/v1/vms?api_key=${canary.text}`);
  await server.ask('POST', '/v1/sessions/session', { json: { api_key: canary.text } });
  await server.deps.lastUsed.flush(server.deps.db);
  assert.notDeepEqual(filesHolding(server.dataDir, canary.publicId), [], 'control: its public part is there');
  assert.deepEqual(filesHolding(server.dataDir, canary.secret), []);
  assert.deepEqual(filesHolding(server.dataDir, full.secret), []);
  assert.equal(server.logged.join('').includes(canary.secret), false);
});

/** What a record shows and no caller decides: all fields of the contract's record that its requests do not have. */
const SERVER_SET = Object.keys(apiKeys.create.response.body.shape).filter(
  (field) => !(field in apiKeys.update.request.body.shape) && field !== 'service_account_id',
);

test('abuse case 32: mass assignment: each field that only the server sets is refused by name, by every operation on keys', async () => {
  for (const field of [
    'id',
    'user_id',
    'status',
    'key_prefix',
    'full_key',
    'created_at',
    'created_from',
    'last_used',
  ]) {
    assert.ok(SERVER_SET.includes(field), `control: ${field}`);
  }
  const key = await ada.key({ label: 'as it was' });
  const path = `/v1/api-keys/${key.id}`;
  const before = (await server.ask('GET', path, { key: full.text })).json;
  const fields = [
    ...SERVER_SET,
    'account_id',
    'person_id',
    'owner_id',
    'digest',
    'pepper_version',
    'public_id',
    'seq',
  ];
  for (const field of [...fields, 'role', 'is_admin', 'constructor', '__proto__', 'permissions']) {
    for (const [method, where] of [
      ['POST', '/v1/api-keys/'],
      ['PATCH', path],
      ['POST', `${path}/rotate`],
    ] as const) {
      for (const value of ['1', '{}', 'null', '"active"', `[${ada.id}]`]) {
        const answer = await server.ask(method, where, {
          key: full.text,
          body: `{"${field}":${value}}`,
          headers: { 'content-type': 'application/json' },
        });
        assert.equal(answer.status, 422, `${method} ${where} ${field}: ${answer.text}`);
        assert.deepEqual(answer.json.detail[0].loc, ['body', field]);
      }
    }
  }
  const after = (await server.ask('GET', path, { key: full.text })).json;
  assert.deepEqual(after, before);
  assert.equal(
    (await server.ask('PATCH', path, { key: full.text, json: { label: 'x' } })).status,
    200,
    'control',
  );
});

test("abuse case 32: a key is always its maker's: not without a credential, not for another person, not in another account", async () => {
  const bob = await server.person('Bob');
  const count = async () => (await deps.db.selectFrom('api_key').select('id').execute()).length;
  const before = await count();
  for (const json of [{}, { user_id: bob.id }, { owner: 'Bob' }, { label: 'x' }]) {
    assert.equal((await server.ask('POST', '/v1/api-keys/', { json })).status, 401);
    const elsewhere = await server.ask('POST', `/v1/api-keys/?user_id=${bob.id}`, { json });
    assert.equal(elsewhere.status, 401);
    const cookieless = await server.ask('POST', '/app/v1/api-keys/', { json });
    assert.equal(cookieless.status, 401);
    const byCookie = await server.ask('POST', '/v1/api-keys/', { json, cookie: ada.cookie });
    assert.equal(byCookie.status, 401);
  }
  assert.equal(await count(), before);
  const headers = { 'x-user-id': String(bob.id), 'x-account-id': String(bob.accountId) };
  const made = await server.ask('POST', `/v1/api-keys/?user_id=${bob.id}`, {
    key: full.text,
    json: { owner: 'Bob' },
    headers,
  });
  assert.ok(made.status === 422 || made.json.user_id === ada.id, made.text);
  const own = await create({ owner: 'Bob' });
  assert.equal(own.json.user_id, ada.id, 'control');
  const bobs = await bob.key();
  const list = await server.ask('GET', '/v1/api-keys/', { key: bobs.text });
  assert.deepEqual(
    list.json.map(({ id }: { id: number }) => id),
    [bobs.id],
  );
});

test('abuse case 29: nobody makes a key that may do more than their own', async () => {
  const manager = await ada.key({ scopes: ['keys:write', 'keys:read', 'vms:read'] });
  for (const scopes of [undefined, null, ['full'], ['vms:write'], ['vms:*'], ['keys:read', 'exec:run']]) {
    const answer = await create({ scopes }, manager.text);
    assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], JSON.stringify(scopes));
  }
  const detail = (await create({ scopes: ['vms:write'] }, manager.text)).json.detail;
  assert.match(detail, /vms:write/);
  for (const scopes of [['vms:read'], ['keys:write'], ['keys:read', 'vms:read']]) {
    assert.equal((await create({ scopes }, manager.text)).status, 201, JSON.stringify(scopes));
  }
});

test('abuse case 29: a key of an environment makes keys of that one only', async () => {
  const testing = await ada.key({ environment: 'testing' });
  assert.equal((await create({ environment: 'production' }, testing.text)).status, 403);
  assert.equal((await create({}, testing.text)).json.environment, 'testing');
  assert.equal((await create({ environment: 'testing' }, testing.text)).json.environment, 'testing');
});

test('abuse case 32: a key without the right to make keys makes none', async () => {
  const reader = await ada.key({ scopes: ['read-only'] });
  const answer = await create({ scopes: ['keys:read'] }, reader.text);
  assert.equal(answer.status, 403);
  assert.match(answer.json.detail, /keys:write/);
  assert.equal((await server.ask('GET', '/v1/api-keys/', { key: reader.text })).status, 200, 'control');
});

test('an expiry must lie in the future, to the millisecond', async () => {
  const at = (ms: number) => new Date(server.world.now() + ms).toISOString();
  assert.equal((await create({ expires_at: at(-1) })).status, 422);
  assert.equal((await create({ expires_at: '1970-01-01T00:00:00Z' })).status, 422);
  assert.equal((await create({ expires_at: at(60_000) })).status, 201);
});

test('limits and quotas of a key are kept; those out of their range are refused with the range', async () => {
  const bounds = {
    rate_limit: '100/60s,burst=20',
    concurrent_requests: 4,
    quota_machines: 2,
    quota_vm_seconds: 3600,
    quota_executions: 50,
  };
  const made = await create(bounds);
  assert.equal(made.status, 201, made.text);
  for (const [name, value] of Object.entries(bounds)) assert.equal(made.json[name], value, name);
  for (const [name, value, says] of [
    ['rate_limit', '0/60s,burst=1', /requests may be 1 to 9999999/],
    ['rate_limit', '5/60s,burst=-1', /burst may be 1 to 9999999/],
    ['rate_limit', '5/99999s,burst=1', /1 s to 86400 s/],
    ['concurrent_requests', 0, /1/],
    ['quota_machines', -1, /1/],
    ['quota_vm_seconds', 1e15, /1000000000000/],
    ['quota_executions', 1.5, /whole number from 1/],
  ] as const) {
    const answer = await create({ [name]: value });
    assert.equal(answer.status, 422, `${name} ${value}`);
    assert.deepEqual(answer.json.detail[0].loc, ['body', name]);
    assert.match(answer.json.detail[0].msg, says, `${name} ${value}`);
  }
});

test('a label is kept as text, whatever it looks like', async () => {
  for (const label of [
    '<script>alert(1)</script>',
    '=1+1',
    "'; drop table api_key; --",
    'Ünï 日本 👩‍🚀',
    '%s {{x}}',
  ]) {
    const made = await create({ label });
    const shown = await server.ask('GET', `/v1/api-keys/${made.json.id}`, { key: full.text });
    assert.equal(shown.json.label, label);
  }
  assert.equal((await create({ label: 'x'.repeat(1_000_000) })).status, 422);
});

test('keys made at the same time are all different and all work', async () => {
  const made = await Promise.all(Array.from({ length: 40 }, (_, n) => create({ label: `n${n}` })));
  assert.equal(new Set(made.map(({ json }) => json.full_key)).size, 40);
  assert.equal(new Set(made.map(({ json }) => json.id)).size, 40);
  for (const { json } of made) {
    assert.equal((await server.ask('GET', '/v1/users/me', { key: json.full_key })).status, 200);
  }
});

test("abuse case 42: a key made in the dashboard is in no cookie and in no person's session", async () => {
  const answer = await server.ask('POST', '/app/v1/api-keys/', { cookie: ada.cookie, json: {} });
  const { secret, text } = testKey(answer.json);
  assert.deepEqual(answer.headers.getSetCookie().join().includes(secret), false);
  const started = await server.ask('POST', '/v1/sessions/session', { json: { api_key: text } });
  assert.equal(started.status, 201);
  assert.deepEqual(started.headers.getSetCookie(), [], 'a session of the API is no session of a browser');
  assert.equal(started.text.includes(secret), false);
  for (const table of ['person_session', 'session'] as const) {
    const rows = await deps.db.selectFrom(table).selectAll().execute();
    assert.notEqual(rows.length, 0, `control: ${table}`);
    assert.equal(JSON.stringify(rows).includes(secret), false, table);
  }
});
