import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer, withoutRequestId } from '../../testing/server.ts';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH6+/NtGCAUwlsyEP7IS/wkRO7OrG74bWMKuKUzO1HlF';
const FINGERPRINT = 'SHA256:ce34Vzpr4LYvjiDNfDUwelpHFVKLDB2Fh9bY8eSS+0U';

const server = await startServer({ after });
const key = (await (await server.person('Ada')).key()).text;
const bobs = (await (await server.person('Bob')).key()).text;

const add = (public_key: unknown, by = key) =>
  server.ask('POST', '/v1/ssh-keys', { key: by, json: { public_key } });
const list = async (by = key) => (await server.ask('GET', '/v1/ssh-keys', { key: by })).json.keys;

test('a public key is added with the fingerprint of ssh-keygen, listed and deleted', async () => {
  const added = await add(`${PUBLIC_KEY} ada@example.com\n`);
  assert.equal(added.status, 201);
  const { id, fingerprint, comment, public_key } = added.json;
  assert.deepEqual([fingerprint, comment, public_key], [FINGERPRINT, 'ada@example.com', PUBLIC_KEY]);
  assert.ok(Number.isInteger(id));
  assert.deepEqual(await list(), [added.json]);
  assert.deepEqual((await add(`${PUBLIC_KEY} again`)).json.id, id, 'the same key is there once');
  const deleted = await server.ask('DELETE', `/v1/ssh-keys/${id}`, { key });
  assert.deepEqual([deleted.status, deleted.json], [200, { id, status: 'deleted' }]);
  assert.deepEqual(await list(), []);
});

test('what is no public key is 422 in words', async () => {
  for (const text of ['', 'hello', 'ssh-ed25519 AAAA', '-----BEGIN OPENSSH PRIVATE KEY-----\nx', 7, null]) {
    const answer = await add(text);
    assert.equal(answer.status, 422, String(text));
    assert.deepEqual(answer.json.detail[0].loc, ['body', 'public_key']);
  }
});

test("security: another account's key is neither listed nor deleted, as if it never was", async () => {
  const { id } = (await add(PUBLIC_KEY)).json;
  assert.deepEqual(await list(bobs), []);
  const reference = await server.ask('DELETE', '/v1/ssh-keys/999999', { key: bobs });
  assert.deepEqual([reference.status, reference.json.code], [404, 'ssh_key_not_found']);
  for (const other of [id, 'x', 0, '01']) {
    const answer = await server.ask('DELETE', `/v1/ssh-keys/${other}`, { key: bobs });
    assert.equal(withoutRequestId(answer.text), withoutRequestId(reference.text), String(other));
  }
  assert.equal((await list()).length, 1);
  assert.equal((await add(PUBLIC_KEY, bobs)).status, 201, 'two accounts may hold the same key');
});
