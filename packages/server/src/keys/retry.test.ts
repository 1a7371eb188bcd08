import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { filesHolding } from '../testing/folder.ts';
import { type Answer, startServer, testKey } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const full = await ada.key();

const create = (json: object, idempotencyKey: string, key = full.text): Promise<Answer> =>
  server.ask('POST', '/v1/api-keys/', { key, json, headers: { 'idempotency-key': idempotencyKey } });

test('a lost answer can be had again for ten minutes by the same caller with the same request', async () => {
  const first = await create({ label: 'once' }, 'a-1');
  const again = await create({ label: 'once' }, 'a-1');
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.equal(again.json.full_key, first.json.full_key);
  assert.equal(again.json.id, first.json.id);
  server.world.advance(10 * 60_000 + 1);
  const late = await create({ label: 'once' }, 'a-1');
  assert.deepEqual([late.status, late.json.code], [409, 'label_taken'], 'after that it is a new request');
});

test('requests at the same moment with one Idempotency-Key make one key', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => create({}, 'at-once')));
  assert.equal(new Set(answers.map(({ json }) => json.full_key)).size, 1);
  assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
});

test('security: another caller with the same Idempotency-Key gets a key of their own', async () => {
  const eve = await (await server.person('Eve')).key();
  const sibling = await ada.key();
  const mine = await create({}, 'shared');
  const others = [await create({}, 'shared', eve.text), await create({}, 'shared', sibling.text)];
  assert.equal(new Set([mine, ...others].map(({ json }) => json.full_key)).size, 3);
});

test('one Idempotency-Key with another request is a mistake and makes nothing', async () => {
  await create({ label: 'first' }, 'reused');
  const answer = await create({ label: 'second' }, 'reused');
  assert.deepEqual([answer.status, answer.json.code], [409, 'idempotency_key_reused']);
  const labels = (await server.ask('GET', '/v1/api-keys/', { key: full.text })).json.map(
    ({ label }: { label: string }) => label,
  );
  assert.equal(labels.includes('second'), false);
});

test('a request that failed is not remembered: put right, it works', async () => {
  await create({ label: 'taken' }, 'f-0');
  assert.equal((await create({ label: 'taken' }, 'f-1')).status, 409);
  assert.equal((await create({ label: 'free' }, 'f-1')).status, 201);
});

test('an Idempotency-Key that is none is refused by name', async () => {
  for (const bad of ['', 'x'.repeat(256), 'two words']) {
    const answer = await create({}, bad);
    if (bad === '') continue;
    assert.equal(answer.status, 422, bad);
    assert.deepEqual(answer.json.detail[0].loc, ['header', 'Idempotency-Key']);
  }
});

test('security: a kept answer is sealed: neither its key nor the Idempotency-Key is in the data folder', async () => {
  const made = testKey((await create({ label: 'sealed' }, 'canary-of-idempotency')).json);
  assert.equal(
    (await create({ label: 'sealed' }, 'canary-of-idempotency')).status,
    201,
    'control: it is kept',
  );
  assert.ok(
    filesHolding(server.dataDir, made.publicId).length > 0,
    'control: the search finds what is there',
  );
  assert.deepEqual(filesHolding(server.dataDir, made.secret), []);
  assert.deepEqual(filesHolding(server.dataDir, 'canary-of-idempotency'), []);
});

test('a kept answer survives a restart', async () => {
  const first = await create({ label: 'restart' }, 'over-a-restart');
  await server.close();
  const next = await startServer({ after }, { dataDir: server.dataDir, world: server.world });
  const again = await next.ask('POST', '/v1/api-keys/', {
    key: full.text,
    json: { label: 'restart' },
    headers: { 'idempotency-key': 'over-a-restart' },
  });
  assert.equal(again.json.full_key, first.json.full_key);
});
