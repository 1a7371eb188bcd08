import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { loadOwners } from '../../auth/owner-store.ts';
import { keepAlive } from '../../testing/keep-alive.ts';
import { startServer } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const full = await ada.key();

const revoke = (id: number | string, key = full.text) => server.ask('DELETE', `/v1/api-keys/${id}`, { key });

test('a revoked key is refused from the next request on, and only that one', async () => {
  const [key, other] = [await ada.key(), await ada.key()];
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200, 'control');
  const answer = await revoke(key.id);
  assert.equal(answer.status, 200);
  const { status, effective_at, nodes_confirmed } = answer.json;
  assert.deepEqual({ status, nodes_confirmed }, { status: 'revoked', nodes_confirmed: '1/1' });
  assert.ok(Math.abs(Date.parse(effective_at) - server.world.now()) < 60_000);
  const refused = await server.ask('GET', '/v1/vms', { key: key.text });
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_revoked']);
  assert.equal((await server.ask('GET', '/v1/vms', { key: other.text })).status, 200);
});

test('revoking again gives the same answer', async () => {
  const key = await ada.key();
  const first = await revoke(key.id);
  server.world.advance(1000);
  const again = await Promise.all([revoke(key.id), revoke(key.id)]);
  for (const answer of again) assert.deepEqual(answer.json, first.json);
});

test('the tombstone stays listed with ?status=all and is gone from the plain list', async () => {
  const key = await ada.key({ label: 'was here' });
  await revoke(key.id);
  const ids = async (query: string) =>
    (await server.ask('GET', `/v1/api-keys/${query}`, { key: full.text })).json.map(
      ({ id }: { id: number }) => id,
    );
  assert.equal((await ids('')).includes(key.id), false);
  assert.equal((await ids('?status=all')).includes(key.id), true);
  assert.equal((await ids('?status=revoked')).includes(key.id), true);
  assert.equal(
    (await server.ask('GET', `/v1/api-keys/${key.id}`, { key: full.text })).json.status,
    'revoked',
  );
});

test('a key can revoke itself', async () => {
  const key = await ada.key();
  assert.equal((await revoke(key.id, key.text)).status, 200);
  assert.equal((await revoke(key.id, key.text)).status, 401);
});

test('abuse case 20: a key that is revoked while its request is being read changes nothing', async () => {
  const key = await ada.key();
  const body = JSON.stringify({ label: 'made by a dead key' });
  const answered = new Promise<number>((resolve, reject) => {
    const slow = request(`${server.url}/v1/api-keys/`, {
      method: 'POST',
      headers: { 'x-api-key': key.text, 'content-type': 'application/json', 'content-length': body.length },
    });
    slow.on('response', (response) => resolve(response.resume().statusCode!)).on('error', reject);
    slow.write(body.slice(0, 5));
    // The server has judged the headers once it has noted the use; the rest of the body comes after the end.
    const end = async () => {
      while (!server.deps.lastUsed.get(key.id)) await new Promise(setImmediate);
      await revoke(key.id);
      slow.end(body.slice(5));
    };
    end().catch(reject);
  });
  assert.equal(await answered, 401);
  const { json } = await server.ask('GET', '/v1/api-keys/', { key: full.text });
  assert.equal(
    json.some(({ label }: { label: string }) => label === 'made by a dead key'),
    false,
  );
});

test('abuse case 20: 64 clients hammer a key while it is revoked; none that asks after the answer is let in', async () => {
  const key = await ada.key();
  const head = ['GET /v1/vms HTTP/1.1', 'Host: 127.0.0.1', `X-API-Key: ${key.text}`, '', ''].join('\r\n');
  const connections = Array.from({ length: 64 }, () => keepAlive(server.url));
  let isRevoked = false;
  let before = 0;
  const asked = { after: 0, let_in: 0 };
  const client = async ({ ask }: ReturnType<typeof keepAlive>) => {
    while (asked.after < 10_000) {
      const startedAfter = isRevoked;
      if (startedAfter) asked.after += 1;
      const status = await ask(head);
      if (startedAfter && status !== 401) asked.let_in += 1;
      if (!startedAfter && status === 200) before += 1;
    }
  };
  const clients = connections.map(client);
  while (before < 200) await new Promise(setImmediate);
  assert.equal((await revoke(key.id)).status, 200);
  isRevoked = true;
  await Promise.all(clients);
  for (const { close } of connections) close();
  assert.deepEqual(asked, { after: asked.after, let_in: 0 });
  assert.ok(asked.after >= 10_000 && before >= 200);
});

test('abuse case 20: no late fill of memory brings a revoked key back', async () => {
  const { db, keys, feed, owners } = server.deps;
  const dead: string[] = [];
  for (let round = 0; round < 20; round++) {
    const key = await ada.key();
    // What a reader had in hand before the revocation, and applies behind it.
    const stale = await keys.find(String(key.id));
    const fills = [keys.reload(new Set([key.id])), feed.catchUp(), loadOwners(db, owners, ada.accountId)];
    const revoked = revoke(key.id);
    fills.push(keys.reload(new Set([key.id])), feed.catchUp(), keys.load());
    assert.equal((await revoked).status, 200);
    keys.apply(stale!);
    await Promise.all(fills);
    keys.apply(stale!);
    await keys.load();
    dead.push(key.text);
  }
  for (const key of dead) {
    const { status, json } = await server.ask('GET', '/v1/vms', { key });
    assert.deepEqual([status, json.code], [401, 'key_revoked']);
  }
  assert.equal((await server.ask('GET', '/v1/vms', { key: full.text })).status, 200, 'control');
});
