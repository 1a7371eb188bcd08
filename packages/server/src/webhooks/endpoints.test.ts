import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findSecrets } from '@instavm/keyformat';
import { filesHolding } from '../testing/folder.ts';
import { startServer } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = await ada.key();

const URL = 'https://hooks.example.org/in?x=1';
const ask = (method: string, path: string, json?: unknown, as = key.text) =>
  server.ask(method, `/v1/webhooks${path}`, { key: as, ...(json === undefined ? {} : { json }) });
const create = async (settings: Record<string, unknown> = {}, as = key.text) => {
  const answer = await ask('POST', '/endpoints', { url: URL, ...settings }, as);
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};

test('an endpoint is made with defaults, listed, shown, changed and deleted', async () => {
  const { secret, ...made } = await create();
  assert.match(made.id, /^whe_[0-9A-Za-z]{22}$/);
  assert.equal(findSecrets(secret)[0]?.kind, 'webhook_secret');
  assert.deepEqual(
    [
      made.url,
      made.status,
      made.enabled,
      made.description,
      made.event_patterns,
      made.timeout_seconds,
      made.max_retries,
    ],
    [URL, 'enabled', true, null, ['*'], 10, 12],
  );
  assert.deepEqual((await ask('GET', `/endpoints/${made.id}`)).json, made);
  assert.ok((await ask('GET', '/endpoints')).json.some(({ id }: { id: string }) => id === made.id));
  const settings = {
    description: 'prod',
    event_patterns: ['vm.*', 'api_key.created'],
    timeout_seconds: 3,
    max_retries: 0,
  };
  const changed = (await ask('PATCH', `/endpoints/${made.id}`, { ...settings, enabled: false })).json;
  assert.deepEqual([changed.status, changed.disabled_reason], ['disabled', 'It was switched off by hand.']);
  assert.deepEqual(changed, { ...changed, ...settings });
  const reset = (
    await ask('PATCH', `/endpoints/${made.id}`, { description: null, event_patterns: null, enabled: true })
  ).json;
  assert.deepEqual(
    [reset.description, reset.event_patterns, reset.enabled, reset.disabled_reason],
    [null, ['*'], true, null],
  );
  const deleted = (await ask('DELETE', `/endpoints/${made.id}`)).json;
  assert.deepEqual([deleted.status, deleted.enabled], ['deleted', false]);
  assert.deepEqual(
    (await ask('DELETE', `/endpoints/${made.id}`)).json,
    deleted,
    'deleted again it is as it was',
  );
  assert.equal((await ask('GET', `/endpoints/${made.id}`)).json.status, 'deleted');
  assert.equal((await ask('GET', '/endpoints')).text.includes(made.id), false);
  for (const [method, act] of [
    ['PATCH', ''],
    ['POST', '/rotate-secret'],
    ['POST', '/test'],
    ['POST', '/verify'],
  ] as const) {
    const answer = await ask(method, `/endpoints/${made.id}${act}`, method === 'PATCH' ? {} : undefined);
    assert.deepEqual([answer.status, answer.json.code], [404, 'webhook_endpoint_not_found'], act);
  }
});

test('security: a secret is in the answer that made it alone: no later answer, no event, no log and no file holds it', async () => {
  const made = await create();
  const rotated = (await ask('POST', `/endpoints/${made.id}/rotate-secret`)).json;
  assert.notEqual(rotated.secret, made.secret);
  const answers = [
    (await ask('GET', `/endpoints/${made.id}`)).text,
    (await ask('GET', '/endpoints')).text,
    (await ask('PATCH', `/endpoints/${made.id}`, { description: 'x' })).text,
    (await server.ask('GET', '/v1/audit/events?limit=200', { key: key.text })).text,
    server.logged.join(''),
  ].join('');
  for (const { secret, secret_hint } of [made, rotated]) {
    const inner = secret.slice(12, 34);
    assert.equal(answers.includes(inner), false);
    assert.deepEqual(filesHolding(server.dataDir, inner), []);
    assert.equal(secret_hint, `${secret.slice(0, 10)}…`);
  }
  assert.ok(answers.includes(rotated.secret_hint), 'control');
  assert.ok(
    filesHolding(server.dataDir, rotated.secret_hint.slice(6, 10)).length > 0,
    'control: the files are read',
  );
});

test('security: an address that webhooks may not reach is refused when it is given, with the reason', async () => {
  for (const [url, says] of [
    ['http://hooks.example.org/', /plain http/],
    ['https://127.0.0.1/', /this machine itself.*INSTAVM_WEBHOOK_ALLOW/],
    ['https://2130706433/', /this machine itself/],
    ['https://[::1]:8443/', /this machine itself/],
    ['https://localhost/', /this machine itself/],
    ['https://10.1.2.3/', /a private network/],
    ['https://169.254.169.254/latest/meta-data/', /keep metadata/],
    ['https://[fd00:ec2::254]/', /a private network/],
    ['ftp://hooks.example.org/', /neither https nor http/],
    ['https://u:p@hooks.example.org/', /user name or password/],
    ['https://hooks.example.org/#x', /fragment/],
    ['hooks.example.org', /not an address/],
    [`https://hooks.example.org/${'x'.repeat(2000)}`, /longer than 2000/],
  ] as const) {
    const made = await ask('POST', '/endpoints', { url });
    assert.equal(made.status, 422, url);
    assert.deepEqual(made.json.detail[0].loc, ['body', 'url']);
    assert.match(made.json.detail[0].msg, says);
  }
  const { id } = await create();
  assert.equal((await ask('PATCH', `/endpoints/${id}`, { url: 'https://10.0.0.1/' })).status, 422);
  assert.equal((await ask('GET', `/endpoints/${id}`)).json.url, URL);
});

test('a setting that cannot be is refused by its name', async () => {
  for (const [settings, field] of [
    [{ event_patterns: [] }, 'event_patterns'],
    [{ event_patterns: ['vm'] }, 'event_patterns'],
    [{ event_patterns: ['VM.*'] }, 'event_patterns'],
    [{ event_patterns: [''] }, 'event_patterns'],
    [{ timeout_seconds: 0 }, 'timeout_seconds'],
    [{ timeout_seconds: 31 }, 'timeout_seconds'],
    [{ max_retries: 21 }, 'max_retries'],
    [{ max_retries: -1 }, 'max_retries'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ description: 'a\nb' }, 'description'],
  ] as const) {
    const answer = await ask('POST', '/endpoints', { url: URL, ...settings });
    assert.deepEqual([answer.status, answer.json.detail?.[0].loc[1]], [422, field], JSON.stringify(settings));
  }
});

test('an account has at most fifty endpoints; deleted ones do not count', async () => {
  const carol = await server.person('Carol');
  const carols = (await carol.key()).text;
  const answers = await Promise.all(
    Array.from({ length: 55 }, () => ask('POST', '/endpoints', { url: URL }, carols)),
  );
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, 50);
  const refused = answers.find(({ status }) => status !== 201)!;
  assert.deepEqual([refused.status, refused.json.code], [409, 'limit_reached']);
  await ask('DELETE', `/endpoints/${made[0]!.json.id}`, undefined, carols);
  await create({}, carols);
});

test("security: a key of an environment makes and sees its environment's endpoints alone; another account's are the same 404", async () => {
  const testing = await ada.key({ environment: 'testing' });
  const mine = await create({}, testing.text);
  assert.equal(mine.environment, 'testing');
  const whole = await create();
  const listed = (await ask('GET', '/endpoints', undefined, testing.text)).json;
  assert.deepEqual(
    listed.map(({ id }: { id: string }) => id),
    [mine.id],
  );
  const bobs = (await bob.key()).text;
  for (const [id, as] of [
    [whole.id, testing.text],
    [mine.id, bobs],
    ['whe_0', key.text],
  ] as const) {
    assert.equal((await ask('GET', `/endpoints/${id}`, undefined, as)).status, 404);
    assert.equal((await ask('DELETE', `/endpoints/${id}`, undefined, as)).status, 404);
  }
  assert.equal((await ask('GET', `/endpoints/${mine.id}`)).status, 200, 'control');
});

test('an endpoint outlives the key and the person that made it', async () => {
  const maker = await ada.key();
  const made = await create({}, maker.text);
  await server.ask('DELETE', `/v1/api-keys/${maker.id}`, { key: key.text });
  assert.equal((await ask('GET', `/endpoints/${made.id}`)).json.enabled, true);
});

test('a change that changes nothing is no event', async () => {
  const { id } = await create({ description: 'same' });
  const count = async () =>
    (await server.ask('GET', '/v1/audit/events?event_type=webhook_endpoint.updated', { key: key.text })).json
      .items.length;
  const before = await count();
  await ask('PATCH', `/endpoints/${id}`, { description: 'same', url: URL, enabled: true });
  assert.equal(await count(), before);
  await ask('PATCH', `/endpoints/${id}`, { description: 'other' });
  assert.equal(await count(), before + 1, 'control');
});
