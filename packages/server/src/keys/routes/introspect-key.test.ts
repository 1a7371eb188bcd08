import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { mintKey } from '@instavm/keyformat';
import { startServer } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const admin = await ada.key();
const eve = await (await server.person('Eve')).key();

const introspect = async (json: object, key = admin.text) =>
  server.ask('POST', '/v1/api-keys/introspect', { key, json });

test('a live key of the same account is described in the shape of RFC 7662', async () => {
  const expires_at = new Date(server.world.now() + 3_600_000).toISOString();
  const key = await ada.key({ label: 'job', scopes: ['exec-only'], environment: 'testing', expires_at });
  const { json, status } = await introspect({ key: key.text });
  assert.equal(status, 200);
  assert.equal(json.active, true);
  assert.equal(json.client_id, `instavm_sk_${key.publicId}`);
  assert.equal(json.token_type, 'api_key');
  assert.equal(json.sub, `person:${ada.id}`);
  assert.equal(json.jti, String(key.id));
  assert.equal(json.exp, Math.floor(Date.parse(expires_at) / 1000));
  assert.ok(json.scope.split(' ').includes('exec:run'));
  assert.deepEqual([json.environment, json.label], ['testing', 'job']);
  assert.equal(JSON.stringify(json).includes(key.secret), false);
});

test("security: every key that may not be used or is not the asker's is inactive, and nothing more is said", async () => {
  const dead = await ada.key();
  await server.ask('DELETE', `/v1/api-keys/${dead.id}`, { key: admin.text });
  const listed = await ada.key({ allowed_cidrs: ['192.0.2.0/24'] });
  const production = await ada.key({ environment: 'production' });
  const testing = await ada.key({ environment: 'testing' });
  const inactive = [
    await introspect({ key: dead.text }),
    await introspect({ key: eve.text }),
    await introspect({ key: mintKey(randomBytes) }),
    await introspect({ key: 'no key' }),
    await introspect({ key: listed.text, address: '198.51.100.1' }),
    await introspect({ key: production.text }, testing.text),
  ];
  for (const { status, json } of inactive) assert.deepEqual([status, json], [200, { active: false }]);
  for (const body of [
    { key: listed.text, address: '192.0.2.1' },
    { key: listed.text, address: '::ffff:192.0.2.1' },
  ]) {
    assert.equal((await introspect(body)).json.active, true, 'control');
  }
  assert.equal((await introspect({ key: testing.text }, testing.text)).json.active, true, 'control');
});

test('asking needs the permission of its own', async () => {
  const reader = await ada.key({ scopes: ['read-only'] });
  assert.equal((await introspect({ key: admin.text }, reader.text)).status, 403);
  const asker = await ada.key({ scopes: ['keys:introspect'] });
  assert.equal((await introspect({ key: admin.text }, asker.text)).json.active, true);
});
