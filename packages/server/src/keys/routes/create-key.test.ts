import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { checkKeyText } from '@instavm/keyformat';
import { filesHolding } from '../../testing/folder.ts';
import { type Answer, startServer, testKey } from '../../testing/server.ts';

const server = await startServer({ after });
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

test('security: fields that only the server sets are refused by name', async () => {
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
    const answer = await create({ [field]: 1 });
    assert.equal(answer.status, 422, field);
    assert.deepEqual(answer.json.detail[0].loc, ['body', field]);
  }
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

test('a limit that this version cannot keep is refused rather than stored', async () => {
  const answer = await create({ rate_limit: '100/60s,burst=20' });
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.json.detail[0].loc, ['body', 'rate_limit']);
  assert.equal((await create({ rate_limit: 'off' })).status, 201);
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
