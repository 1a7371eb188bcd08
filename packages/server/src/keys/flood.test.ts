import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, type Ask, startServer, testKey } from '../testing/server.ts';

const MAX_KEYS = 6;
const server = await startServer({ after }, { config: { maxKeys: MAX_KEYS } });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = await ada.key();
const bobs = await bob.key();

const create = (json: unknown = {}, ask: Ask = { key: key.text }) =>
  server.ask('POST', `${ask.cookie ? '/app' : ''}/v1/api-keys/`, { ...ask, json });
const live = async (ask: Ask = { key: key.text }) =>
  (await server.ask('GET', '/v1/api-keys/', ask)).json.length;
const end = (id: number) => server.ask('DELETE', `/v1/api-keys/${id}`, { key: key.text });

/** Also those that a rotation has put out of the plain list. */
async function endOthers(): Promise<void> {
  for (const { id } of (await server.ask('GET', '/v1/api-keys/?status=all', { key: key.text })).json) {
    if (id !== key.id) await end(id);
  }
}

function assertFull(answer: Answer): void {
  assert.deepEqual([answer.status, answer.json.code], [409, 'key_limit_reached'], answer.text);
}

test('abuse case 39: of a flood of creations at once an account gets as many keys as it may have, by whatever door', async () => {
  const doors: Ask[] = [
    { key: key.text },
    { headers: { authorization: `Bearer ${key.text}` } },
    { cookie: ada.cookie },
  ];
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, n) => create({}, doors[n % doors.length])),
  );
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, MAX_KEYS - 1, 'one was there before');
  for (const answer of answers) if (answer.status !== 201) assertFull(answer);
  assert.equal(await live(), MAX_KEYS);
  assert.equal((await create({}, { key: bobs.text })).status, 201, 'control: another account has its own');
  await end(made[0]!.json.id);
  const again = await Promise.all(Array.from({ length: 10 }, () => create()));
  assert.equal(
    again.filter(({ status }) => status === 201).length,
    1,
    'control: one that ended makes room for one',
  );
  for (const { json } of [...made.slice(1), ...again]) if (json.id) await end(json.id);
  assert.equal(await live(), 1);
});

test('abuse case 39: rotations do not go round the bound: at most each key and its successor live', async () => {
  const at = new Date(server.world.now() + 9e10).toISOString();
  let newest = testKey((await create()).json);
  let rotated = 0;
  for (; rotated < 4 * MAX_KEYS; rotated++) {
    const answer = await server.ask('POST', `/v1/api-keys/${newest.id}/rotate`, {
      key: key.text,
      json: { policy: 'at', at },
    });
    if (answer.status === 409) {
      assertFull(answer);
      break;
    }
    newest = testKey(answer.json);
    assert.equal((await server.ask('GET', '/v1/whoami', { key: newest.text })).status, 200);
  }
  assert.ok(rotated >= MAX_KEYS, 'control: a full account can still rotate each of its keys');
  assert.ok((await live()) <= 2 * MAX_KEYS, `${await live()} keys live`);
  await endOthers();
});

const BOMBS: [what: string, label: string][] = [
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['121 letters', 'x'.repeat(121)],
  ['121 family emoji', '👨‍👩‍👧‍👦'.repeat(121)],
  ['combining marks without end', `e${'\u0301'.repeat(5000)}`],
  ['a NUL', 'a\0b'],
  ['a line end', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['an escape of the terminal', '\x1b]0;pwned\x07'],
  ['a C1 control', 'a\u009bb'],
  ['a line separator', 'a\u2028b'],
  ['text turned round', 'a\u202eb'],
  ['an isolate without end', 'a\u2066b'],
  ['half a pair of surrogates', 'a\ud800b'],
  ['a number', 7 as never],
  ['a list', ['a'] as never],
];
const FIELDS = ['label', 'owner'] as const;

for (const [what, text] of BOMBS) {
  test(`abuse case 39: a label that is ${what} is refused with its place, and stored nowhere`, async () => {
    const before = await live();
    for (const field of FIELDS) {
      const answer = await create({ [field]: text });
      assert.equal(answer.status, 422, `${field}: ${answer.text.slice(0, 200)}`);
      assert.deepEqual(answer.json.detail[0].loc.slice(0, 2), ['body', field]);
      assert.ok(answer.text.length < 1000, 'the bomb does not come back');
    }
    assert.equal(await live(), before);
  });
}

test('abuse case 39: HTML, formulas and templates are text like any other, and come back as JSON that no page takes for HTML', async () => {
  for (const label of [
    '<script>alert(1)</script>',
    '=cmd|" /C calc"!A0',
    '@SUM(1+1)',
    '+1',
    '-1',
    '{{7*7}}',
    '#{7*7}',
    '%n%s',
    "'; drop table api_key; --",
    '../../etc/passwd',
    'Ünï 日本 👩‍🚀',
  ]) {
    const made = await create({ label, description: label, owner: label });
    assert.equal(made.status, 201, made.text);
    const shown = await server.ask('GET', `/v1/api-keys/${made.json.id}`, { key: key.text });
    assert.deepEqual([shown.json.label, shown.json.description, shown.json.owner], [label, label, label]);
    assert.match(shown.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(shown.headers.get('x-content-type-options'), 'nosniff');
    await end(made.json.id);
  }
  const csv = await server.ask('GET', '/v1/audit/export?format=csv', { key: key.text });
  assert.equal(csv.status, 200);
  for (const cell of csv.text.split(/[\n,]/)) assert.doesNotMatch(cell, /^"?[=+@\t\r]/);
});

test('abuse case 39: a body of megabytes, deep or wide, is refused before anything is made of it', async () => {
  const before = await live();
  for (const [body, status] of [
    [`{"label":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 422],
    [`{${Array.from({ length: 50_000 }, (_, n) => `"f${n}":1`).join()}}`, 422],
    [JSON.stringify({ scopes: Array(100_000).fill('vms:read') }), 422],
    [JSON.stringify({ allowed_cidrs: Array(100_000).fill('10.0.0.0/8') }), 422],
    [`{"label":"${'x'.repeat(9_000_000)}"}`, 413],
  ] as const) {
    const answer = await server.ask('POST', '/v1/api-keys/', {
      key: key.text,
      body,
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, status, answer.text.slice(0, 300));
  }
  assert.equal(await live(), before);
  assert.equal((await server.ask('GET', '/v1/whoami', { key: key.text })).status, 200, 'control: it goes on');
});
