import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, startServer } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const full = await ada.key();

const update = (id: number | string, json: unknown, key = full.text): Promise<Answer> =>
  server.ask('PATCH', `/v1/api-keys/${id}`, { key, json });

test('only the fields that are given change', async () => {
  const key = await ada.key({ label: 'a', description: 'd', owner: 'o' });
  const renamed = await update(key.id, { label: 'b' });
  assert.equal(renamed.status, 200);
  assert.deepEqual([renamed.json.label, renamed.json.description, renamed.json.owner], ['b', 'd', 'o']);
  const cleared = await update(key.id, { description: null });
  assert.deepEqual([cleared.json.label, cleared.json.description], ['b', null]);
  assert.deepEqual((await update(key.id, {})).json, cleared.json);
  assert.deepEqual(
    (await server.ask('GET', `/v1/api-keys/${key.id}`, { key: full.text })).json,
    cleared.json,
  );
});

test('abuse case 25: a scope that was taken away is refused from the next request on', async () => {
  const key = await ada.key({ scopes: ['vms:read', 'keys:read'] });
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  await update(key.id, { scopes: ['keys:read'] });
  const refused = await server.ask('GET', '/v1/vms', { key: key.text });
  assert.equal(refused.status, 403);
  assert.match(refused.json.detail, /vms:read/);
  assert.equal((await server.ask('GET', '/v1/api-keys/', { key: key.text })).status, 200);
});

test('security: an address list is in force from the next request on', async () => {
  const key = await ada.key();
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  await update(key.id, { allowed_cidrs: ['192.0.2.0/24'] });
  const refused = await server.ask('GET', '/v1/vms', { key: key.text });
  assert.deepEqual([refused.status, refused.json.code], [403, 'address_not_allowed']);
  const forged = { 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1', 'x-real-ip': '192.0.2.1' };
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text, headers: forged })).status, 403);
  await update(key.id, { allowed_cidrs: ['192.0.2.0/24', '127.0.0.1'] });
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  await update(key.id, { allowed_cidrs: null });
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
});

test('abuse case 30: a key cannot change itself, not even with full rights', async () => {
  for (const json of [
    { label: 'x' },
    { expires_at: null },
    { scopes: ['full'] },
    { allowed_cidrs: null },
    {},
  ]) {
    const answer = await update(full.id, json);
    assert.deepEqual([answer.status, answer.json.code], [403, 'permission_denied'], JSON.stringify(json));
  }
});

test('abuse case 29: a key with fewer rights changes no stronger key, and gives none what it lacks', async () => {
  const manager = await ada.key({ scopes: ['key-manager'] });
  const strong = await ada.key();
  const weak = await ada.key({ scopes: ['keys:read'] });
  assert.equal((await update(strong.id, { label: 'x' }, manager.text)).status, 403);
  assert.equal((await update(weak.id, { scopes: ['full'] }, manager.text)).status, 403);
  assert.equal((await update(weak.id, { scopes: null }, manager.text)).status, 403);
  assert.equal((await update(weak.id, { label: 'x' }, manager.text)).status, 200, 'control');
  const narrowed = await update(strong.id, { scopes: ['keys:read'] }, manager.text);
  assert.deepEqual([narrowed.status, narrowed.json.scopes], [200, ['keys:read']], 'less is always possible');
});

test('security: a key of an environment moves no key out of it or into it', async () => {
  const testing = await ada.key({ environment: 'testing' });
  const sibling = await ada.key({ environment: 'testing' });
  const other = await ada.key({ environment: 'production' });
  assert.equal((await update(sibling.id, { environment: 'production' }, testing.text)).status, 403);
  assert.equal((await update(sibling.id, { environment: null }, testing.text)).status, 403);
  assert.equal((await update(other.id, { environment: 'testing' }, testing.text)).status, 404);
  assert.equal((await update(sibling.id, { label: 'x' }, testing.text)).status, 200, 'control');
});

test('abuse case 26: a key that has ended cannot be changed or brought back', async () => {
  const revoked = await ada.key();
  await server.ask('DELETE', `/v1/api-keys/${revoked.id}`, { key: full.text });
  const expired = await ada.key({ expires_at: new Date(server.world.now() + 1000).toISOString() });
  server.world.advance(1000);
  const later = new Date(server.world.now() + 1e9).toISOString();
  for (const { id, text } of [revoked, expired]) {
    for (const json of [{ expires_at: later }, { expires_at: null }, { label: 'x' }, {}]) {
      const answer = await update(id, json);
      assert.deepEqual([answer.status, answer.json.code], [409, 'key_not_editable'], JSON.stringify(json));
    }
    assert.equal((await server.ask('GET', '/v1/vms', { key: text })).status, 401);
  }
});

test('an expiry can be set, moved and taken away while the key lives', async () => {
  const key = await ada.key();
  const at = new Date(server.world.now() + 5000).toISOString();
  assert.equal((await update(key.id, { expires_at: at })).json.expires_at, at);
  assert.equal((await update(key.id, { expires_at: null })).json.expires_at, null);
  server.world.advance(6000);
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  assert.equal((await update(key.id, { expires_at: at })).status, 422, 'this time has passed');
});

test('security: fields that only the server sets are refused, and the key stays as it was', async () => {
  const key = await ada.key({ label: 'a' });
  const answer = await update(key.id, { label: 'b', user_id: 2, status: 'active' });
  assert.equal(answer.status, 422);
  assert.deepEqual(
    answer.json.detail.map(({ loc }: { loc: string[] }) => loc[1]),
    ['user_id', 'status'],
  );
  assert.equal((await server.ask('GET', `/v1/api-keys/${key.id}`, { key: full.text })).json.label, 'a');
});

test('changes at the same time leave the database and the check of requests in agreement', async () => {
  const key = await ada.key();
  const scopes = [['vms:read'], ['keys:read'], ['account:read'], ['full']];
  await Promise.all(scopes.map((some) => update(key.id, { scopes: some })));
  const { json } = await server.ask('GET', `/v1/api-keys/${key.id}`, { key: full.text });
  const may = async (path: string) => (await server.ask('GET', path, { key: key.text })).status === 200;
  const isFull = json.scopes[0] === 'full';
  assert.equal(await may('/v1/vms'), isFull || json.scopes[0] === 'vms:read');
  assert.equal(await may('/v1/api-keys/'), isFull || json.scopes[0] === 'keys:read');
  assert.equal(await may('/v1/users/me'), isFull || json.scopes[0] === 'account:read');
});
