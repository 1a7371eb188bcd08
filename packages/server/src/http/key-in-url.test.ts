import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { filesHolding } from '../testing/folder.ts';
import { startServer, type TestKey } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const admin = await ada.key();

async function marks(key: TestKey) {
  const { json } = await server.ask('GET', `/v1/api-keys/${key.id}`, { key: admin.text });
  return json.notices.map(({ code }: { code: string }) => code);
}

test('abuse case 9: a key in the query, the path or an escaped form is refused and its owner told', async () => {
  for (const place of [
    (text: string) => `/v1/vms?api_key=${text}`,
    (text: string) => `/v1/vms?x=1&key=${text}&y=2`,
    (text: string) => `/v1/api-keys/${text}`,
    (text: string) => `/v1/vms?api_key=${text.replaceAll('_', '%5F')}`,
  ]) {
    const key = await ada.key();
    const refused = await server.ask('GET', place(key.text));
    assert.equal(refused.status, 401, refused.text);
    assert.deepEqual(await marks(key), ['seen_in_url']);
    const beside = await server.ask('GET', place(key.text), { key: admin.text });
    assert.deepEqual([beside.status, beside.json.code], [400, 'key_in_url']);
    assert.equal(
      (await server.ask('GET', '/v1/vms', { key: key.text })).status,
      200,
      'control: the key is right',
    );
  }
  assert.deepEqual(await marks(admin), []);
});

test('abuse case 9: a key in Referer is never a credential, and its owner is told', async () => {
  const key = await ada.key();
  const headers = { referer: `https://example.org/?token=${key.text}` };
  assert.equal((await server.ask('GET', '/v1/vms', { headers })).status, 401);
  assert.equal((await server.ask('GET', '/v1/vms', { headers, key: admin.text })).status, 200);
  assert.deepEqual(await marks(key), ['seen_in_url']);
});

test('abuse case 9: the address with the key is in no log, no file and no answer', async () => {
  const key = await ada.key();
  const answers = [
    await server.ask('GET', `/v1/vms?api_key=${key.text}`),
    await server.ask('GET', `/v1/nothing/${key.text}`),
    await server.ask('GET', `/keys?k=${key.text}`),
  ];
  assert.deepEqual(answers.map(({ status }) => status).slice(1), [400, 400]);
  for (const { text } of answers) assert.equal(text.includes(key.secret), false);
  assert.equal(server.logged.join('').includes(key.secret), false);
  assert.deepEqual(filesHolding(server.dataDir, key.secret), []);
  assert.ok(filesHolding(server.dataDir, key.publicId).length > 0, 'control: the search finds what is there');
});

test('a key in a field of text is refused with its place, and nothing is stored', async () => {
  const key = await ada.key();
  const create = (json: object) => server.ask('POST', '/v1/api-keys/', { key: admin.text, json });
  for (const [field, json] of [
    ['label', { label: `mine ${key.text}` }],
    ['description', { description: `see ${key.text}, please` }],
    ['owner', { owner: key.text }],
  ] as const) {
    const answer = await create(json);
    assert.equal(answer.status, 422, field);
    assert.deepEqual(answer.json.detail[0].loc, ['body', field]);
    assert.equal(answer.text.includes(key.secret), false);
  }
  const vm = await server.ask('POST', '/v1/vms', { key: admin.text, json: { metadata: { note: key.text } } });
  assert.deepEqual([vm.status, vm.json.detail[0].loc], [422, ['body', 'metadata', 'note']]);
  assert.deepEqual(filesHolding(server.dataDir, key.secret), []);
  assert.equal(
    (await create({ label: `mine ${key.text.slice(0, 23)}` })).status,
    201,
    'control: the public part',
  );
});
