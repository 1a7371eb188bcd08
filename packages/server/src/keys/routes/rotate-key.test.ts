import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, startServer, type TestKey, testKey } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const full = await ada.key();
const DAY_MS = 86_400_000;

const rotate = (id: number, json?: unknown, key = full.text, headers = {}): Promise<Answer> =>
  server.ask('POST', `/v1/api-keys/${id}/rotate`, { key, json: json ?? {}, headers });
const undo = (id: number) => server.ask('POST', `/v1/api-keys/${id}/rotate/undo`, { key: full.text });
const show = async (id: number) => (await server.ask('GET', `/v1/api-keys/${id}`, { key: full.text })).json;
const use = async (key: TestKey) => {
  const { status, json } = await server.ask('GET', '/v1/vms', { key: key.text });
  return status === 200 ? 'accepted' : (json.code as string);
};
const timeFromNow = (ms: number) => new Date(server.world.now() + ms).toISOString();

test('on first use: both keys work until the new one is used, and from then on only the new one', async () => {
  const old = await ada.key({ label: 'deploy' });
  const answer = await rotate(old.id);
  assert.equal(answer.status, 201, answer.text);
  const next = testKey(answer.json);
  const { previous, rotated_from, label } = answer.json;
  assert.deepEqual([previous.id, previous.status, rotated_from, label], [old.id, 'active', old.id, 'deploy']);
  const daysLeft = (Date.parse(previous.ends_at) - server.world.now()) / DAY_MS;
  assert.ok(daysLeft > 6.9 && daysLeft <= 7, 'seven days unless said');
  assert.equal(await use(old), 'accepted');
  assert.equal((await show(old.id)).rotation.policy, 'on_first_use');
  assert.equal(await use(next), 'accepted');
  assert.equal(await use(old), 'key_rotated');
  const [record, successor] = [await show(old.id), await show(next.id)];
  assert.deepEqual([record.status, record.rotated_to, record.rotation], ['rotated', next.id, null]);
  assert.equal(successor.rotated_from, old.id);
});

test('on first use: a successor that is never used leaves the old key its days and no more', async () => {
  const old = await ada.key();
  await rotate(old.id, { at: timeFromNow(60_000) });
  assert.equal(await use(old), 'accepted');
  server.world.advance(60_000);
  assert.equal(await use(old), 'key_rotated');
});

test('at a time: the old key works until exactly then, whatever the new one does', async () => {
  const old = await ada.key();
  const at = timeFromNow(3_600_000);
  const next = testKey((await rotate(old.id, { policy: 'at', at })).json);
  assert.equal(await use(next), 'accepted');
  assert.equal(await use(old), 'accepted');
  server.world.advance(3_600_000);
  assert.equal(await use(old), 'key_rotated');
  assert.equal(await use(next), 'accepted');
});

test('now: the old key is refused from the next request on', async () => {
  const old = await ada.key();
  const answer = await rotate(old.id, { policy: 'now' });
  assert.equal(answer.json.previous.status, 'rotated');
  assert.equal(await use(old), 'key_rotated');
  assert.equal(await use(testKey(answer.json)), 'accepted');
  assert.deepEqual([(await undo(old.id)).status, (await undo(old.id)).json.code], [409, 'rotation_conflict']);
});

test('undo puts the old key back and ends the new one, until that is used', async () => {
  const old = await ada.key({ label: 'undone' });
  const next = testKey((await rotate(old.id)).json);
  const undone = await undo(old.id);
  assert.deepEqual([undone.status, undone.json.id, undone.json.rotated_to], [200, old.id, null]);
  assert.equal(await use(next), 'key_revoked');
  assert.equal(await use(old), 'accepted');
  const again = testKey((await rotate(old.id)).json);
  await use(again);
  const refused = await undo(old.id);
  assert.deepEqual([refused.status, refused.json.code], [409, 'rotation_conflict']);
  assert.equal(await use(again), 'accepted', 'a refused undo changes nothing');
});

test('abuse case 27: a lost answer asked for again gives the same successor; of two rotations at once one wins', async () => {
  const old = await ada.key();
  const headers = { 'idempotency-key': 'rotate-it-once' };
  const [first, again] = [
    await rotate(old.id, {}, full.text, headers),
    await rotate(old.id, {}, full.text, headers),
  ];
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.equal(again.json.full_key, first.json.full_key);
  assert.equal(again.json.previous.id, old.id);
  const raced = await ada.key();
  const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(raced.id)));
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, ...Array<number>(7).fill(409)]);
  assert.ok(answers.every(({ status, json }) => status === 201 || json.code === 'rotation_conflict'));
});

test('abuse case 28: rotation keeps rights, lists, limits and expiry, and never lengthens a life', async () => {
  const expires_at = timeFromNow(2 * DAY_MS);
  const settings = {
    label: 'kept',
    description: 'all of it',
    owner: 'ops',
    environment: 'testing',
    scopes: ['read-only'],
    allowed_cidrs: ['127.0.0.0/8'],
    idle_expiry_days: 30,
    expires_at,
    rate_limit: 'off',
  };
  const old = await ada.key(settings);
  const answer = await rotate(old.id, { policy: 'at', at: timeFromNow(90 * DAY_MS) });
  assert.equal(answer.status, 201, answer.text);
  for (const [name, value] of Object.entries(settings)) assert.deepEqual(answer.json[name], value, name);
  assert.equal(answer.json.previous.ends_at, expires_at, 'a later time is cut to the expiry of the old key');
  assert.ok(answer.json.key_prefix.startsWith('instavm_sk_'));
});

test('abuse case 29: nobody rotates a key that may do more than they may', async () => {
  const strong = await ada.key();
  const manager = await ada.key({ scopes: ['key-manager'] });
  const refused = await rotate(strong.id, {}, manager.text);
  assert.deepEqual([refused.status, refused.json.code], [403, 'permission_denied']);
  assert.equal(await use(strong), 'accepted');
  const weak = await ada.key({ scopes: ['keys:read'] });
  assert.equal((await rotate(weak.id, {}, manager.text)).status, 201, 'control');
});

test('abuse case 31: the old key used after its end is refused and does not end the new one', async () => {
  const old = await ada.key();
  const next = testKey((await rotate(old.id, { policy: 'now' })).json);
  for (let i = 0; i < 3; i++) assert.equal(await use(old), 'key_rotated');
  assert.equal(await use(next), 'accepted');
});

test('what cannot be rotated says why and stays as it is', async () => {
  const revoked = await ada.key();
  await server.ask('DELETE', `/v1/api-keys/${revoked.id}`, { key: full.text });
  const answers = [
    await rotate(revoked.id),
    await rotate(full.id, { policy: 'at' }),
    await rotate(full.id, { policy: 'at', at: '2020-01-01T00:00:00Z' }),
    await rotate(full.id, { policy: 'soon' }),
    await rotate(full.id, { policy: 'now', at: timeFromNow(1000) }),
    await rotate(999_999),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [409, 422, 422, 422, 422, 404],
  );
  assert.equal((await show(full.id)).rotated_to, null);
  const unused = testKey((await rotate((await ada.key()).id)).json);
  assert.equal(
    (await rotate(unused.id)).json.code,
    'rotation_conflict',
    'a successor is used before it is rotated',
  );
});

test('a key that is being rotated tells its callers how long it has left', async () => {
  const old = await ada.key();
  await rotate(old.id, { policy: 'at', at: timeFromNow(100_000) });
  const answer = await server.ask('GET', '/v1/vms', { key: old.text });
  const seconds = Number(answer.headers.get('x-key-expires-in'));
  assert.ok(seconds >= 95 && seconds <= 100, String(seconds));
  assert.equal(
    (await server.ask('GET', '/v1/vms', { key: full.text })).headers.has('x-key-expires-in'),
    false,
  );
});
