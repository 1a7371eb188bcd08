import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, startServer, type TestKey, testKey } from '../testing/server.ts';
import { parseFieldList } from '../testing/structured-field.ts';
import { makeKey } from '../testing/team.ts';
import { frozenWorld } from '../testing/world.ts';
import { readOnlyPace } from './key-limits.ts';

const world = frozenWorld();
const server = await startServer({ after }, { world });
let people = 0;

const newPerson = () => {
  // Sign-ins are counted by the minute.
  world.advance(61_000);
  return server.person(`Person${people++}`);
};
const ask = (key: Pick<TestKey, 'text'>, path = '/v1/ssh-keys') => server.ask('GET', path, { key: key.text });
const patch = async (cookie: string, path: string, json: object) => {
  const answer = await server.ask('PATCH', `/app/v1${path}`, { cookie, json });
  assert.equal(answer.status, 200, answer.text);
};

/** So many requests at once -> how many were served; the others must be 429. */
async function served(key: Pick<TestKey, 'text'>, count: number, path?: string): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, () => ask(key, path)));
  for (const { status, text } of answers) assert.ok(status === 200 || status === 429, text);
  return answers.filter(({ status }) => status === 200).length;
}

const stateOf = ({ headers }: Answer) =>
  Object.fromEntries(
    parseFieldList(headers.get('ratelimit')!).map(({ name, params }) => [name, params] as const),
  );

test('64 clients at once are let in exactly as often as the limit says', async () => {
  const ada = await newPerson();
  for (const [rate_limit, expected] of [
    ['37/3600s,burst=37', 37],
    ['1/1s,burst=50', 50],
    ['9999999/1s,burst=1', 1],
  ] as const) {
    const key = await ada.key({ rate_limit });
    assert.equal(await served(key, 64), expected, rate_limit);
    assert.equal(await served(key, 8), 0);
  }
  assert.equal(await served(await ada.key(), 64), 64, 'control: no limit');
});

test('abuse case 35: a burst on each side of a window edge is let in once', async () => {
  const ada = await newPerson();
  const key = await ada.key({ rate_limit: '10/10s,burst=10' });
  // Wherever a fixed window might begin, one of these ten edges is within a millisecond of it.
  for (let second = 0; second < 10; second++) {
    world.advance(10_000);
    assert.equal(await served(key, 20), 10, 'control: a whole window later all of it is back');
    world.advance(999);
    assert.equal(await served(key, 20), 0, 'a fixed window would begin anew at its edge');
    world.advance(1);
    assert.equal(await served(key, 20), 1);
  }
});

test('a 429 says how long, and waiting exactly as long lets one in', async () => {
  const ada = await newPerson();
  for (const rate_limit of ['7/60s,burst=3', '100/60s,burst=20', '3/1s,burst=1', '1/86400s,burst=1']) {
    const key = await ada.key({ rate_limit });
    let answer = await ask(key);
    while (answer.status === 200) answer = await ask(key);
    const seconds = Number(answer.headers.get('retry-after'));
    assert.ok(Number.isInteger(seconds) && seconds >= 1, String(seconds));
    assert.equal(answer.json.retry_after, seconds);
    if (seconds > 1) {
      world.advance((seconds - 1) * 1000);
      assert.equal((await ask(key)).status, 429, `${rate_limit}: not a whole second too long`);
      world.advance(1000);
    } else world.advance(1000);
    assert.equal((await ask(key)).status, 200, rate_limit);
  }
});

test('a 429 is a problem of the IETF type in the published words, names the limit and who can raise it', async () => {
  const ada = await newPerson();
  const key = await ada.key({ rate_limit: '5/60s,burst=1' });
  await ask(key);
  const { status, json, headers } = await ask(key);
  assert.equal(status, 429);
  assert.match(headers.get('content-type')!, /^application\/problem\+json/);
  assert.equal(json.type, 'https://iana.org/assignments/http-problem-types#quota-exceeded');
  assert.equal(json.detail, 'Rate limit exceeded');
  assert.equal(json.code, 'rate_limit_exceeded');
  assert.deepEqual(json['violated-policies'], ['key']);
  assert.match(
    json.reason,
    /limit of this API key is 5 requests in 60 s, of which 1 may come at once.*manages API keys/,
  );
  const shared = await server.ask('POST', '/v1/sessions/session', {
    json: { api_key: key.text, vm_lifetime_seconds: 60 },
  });
  assert.deepEqual(
    [shared.status, shared.json.detail],
    [429, 'Rate limit exceeded'],
    'also where the key is in the body',
  );
});

test('headers parse as structured fields, name every limit in force and say what will happen', async () => {
  const ada = await newPerson();
  await patch(ada.cookie, '/account', { rate_limit: '50/10s,burst=50', concurrent_requests: 9 });
  await patch(ada.cookie, '/account/environments/testing', { rate_limit: '40/10s,burst=6' });
  const key = await ada.key({
    environment: 'testing',
    rate_limit: '100/60s,burst=4',
    concurrent_requests: 3,
  });
  const answer = await ask(key);
  assert.deepEqual(parseFieldList(answer.headers.get('ratelimit-policy')!), [
    { name: 'key', params: { q: 100, w: 60, 'instavm-burst': 4 } },
    { name: 'key-concurrent', params: { q: 3, qu: 'concurrent-requests' } },
    { name: 'environment', params: { q: 40, w: 10, 'instavm-burst': 6 } },
    { name: 'account', params: { q: 50, w: 10, 'instavm-burst': 50 } },
    { name: 'account-concurrent', params: { q: 9, qu: 'concurrent-requests' } },
  ]);
  const state = stateOf(answer);
  assert.deepEqual(state.key, { r: 3, t: 1 });
  assert.deepEqual(state.environment, { r: 5, t: 1 });
  assert.equal(state['key-concurrent']!.r, 2);
  assert.deepEqual(
    ['limit', 'remaining', 'reset'].map((name) => answer.headers.get(`x-ratelimit-${name}`)),
    ['100', '3', '1'],
  );
  for (const header of ['ratelimit', 'ratelimit-policy']) {
    assert.equal(answer.headers.get(header)!.includes(key.publicId), false, 'security: nothing of the key');
    assert.equal(answer.headers.get(header)!.includes('pk='), false);
  }
  assert.equal(await served(key, 10), 3, 'as many as remained');
  const refused = await ask(key);
  assert.deepEqual(stateOf(refused).key, { r: 0, t: 1 });
  assert.ok(Number(refused.headers.get('retry-after')) >= Number(stateOf(refused).key!.t));
  assert.deepEqual(
    [(await ask(await ada.key())).headers.get('ratelimit-policy')?.includes('"key"')],
    [false],
  );
});

test('every answer to a limited key carries them: not found, refused by its scope or by its body', async () => {
  const ada = await newPerson();
  const key = await ada.key({ rate_limit: '100/60s,burst=20', scopes: ['keys:*'] });
  for (const [method, path, json, status] of [
    ['GET', '/v1/api-keys/999999', undefined, 404],
    ['POST', '/v1/vms', {}, 403],
    ['POST', '/v1/api-keys/', { label: 5 }, 422],
  ] as const) {
    const answer = await server.ask(method, path, { key: key.text, json });
    assert.equal(answer.status, status, answer.text);
    assert.ok(stateOf(answer).key, path);
  }
  assert.equal(
    (await ask(await (await newPerson()).key())).headers.get('ratelimit'),
    null,
    'control: no limit',
  );
});

test('what is refused before the limit spends nothing', async () => {
  const ada = await newPerson();
  const key = await ada.key({ rate_limit: '10/3600s,burst=10', scopes: ['ssh-keys:*'] });
  for (let i = 0; i < 20; i++) {
    assert.equal((await server.ask('POST', '/v1/vms', { key: key.text, json: {} })).status, 403);
  }
  assert.equal(await served(key, 20), 10);
});

test('what one limit refuses is taken from none of the others', async () => {
  const ada = await newPerson();
  await patch(ada.cookie, '/account', { rate_limit: '100/3600s,burst=100' });
  const tight = await ada.key({ rate_limit: '2/3600s,burst=2' });
  const free = await ada.key();
  const before = Number(stateOf(await ask(free)).account!.r);
  assert.equal(await served(tight, 50), 2);
  assert.equal(Number(stateOf(await ask(free)).account!.r), before - 3);
});

test('limits of an environment and of the account count all their keys together, and no others', async () => {
  const ada = await newPerson();
  await patch(ada.cookie, '/account/environments/testing', { rate_limit: '6/3600s,burst=6' });
  const [one, two] = [await ada.key({ environment: 'testing' }), await ada.key({ environment: 'testing' })];
  const other = await ada.key({ environment: 'production' });
  const fresh = await ada.key();
  assert.equal((await served(one, 5)) + (await served(two, 5)), 6);
  assert.equal(await served(other, 10), 10);
  assert.match((await ask(two)).json.reason, /all keys of testing together.*admin of the account/);
  await patch(ada.cookie, '/account', { rate_limit: '30/3600s,burst=30' });
  assert.ok((await served(other, 40)) <= 30);
  assert.equal((await ask(fresh)).status, 429, 'a key that was never used is no way round it');
  assert.equal(await served(await (await newPerson()).key(), 10), 10, 'another account has its own');
});

test('a key has its own limit, else that of its account, else none, and off is none', async () => {
  const ada = await newPerson();
  const [plain, own, off] = [
    await ada.key(),
    await ada.key({ rate_limit: '3/3600s,burst=3' }),
    await ada.key({ rate_limit: 'off' }),
  ];
  assert.equal(await served(plain, 20), 20);
  await patch(ada.cookie, '/account', { key_rate_limit: '5/3600s,burst=5' });
  assert.deepEqual([await served(plain, 20), await served(own, 20), await served(off, 20)], [5, 3, 20]);
  assert.match((await ask(plain)).json.reason, /key_rate_limit.*an admin can raise it there/);
});

test("the server's default holds for keys that neither have nor get another one", async (t) => {
  const strict = await startServer(t, {
    world: frozenWorld(),
    config: { keyRateLimit: readOnlyPace('4/3600s,burst=4') },
  });
  const bob = await strict.person('Bob');
  const [plain, off] = [await bob.key(), await bob.key({ rate_limit: 'off' })];
  const count = async (key: TestKey) => {
    let letIn = 0;
    for (let i = 0; i < 10; i++)
      if ((await strict.ask('GET', '/v1/ssh-keys', { key: key.text })).status === 200) letIn += 1;
    return letIn;
  };
  assert.deepEqual([await count(plain), await count(off)], [4, 10]);
  const refused = await strict.ask('GET', '/v1/ssh-keys', { key: plain.text });
  assert.match(refused.json.reason, /INSTAVM_RATE_LIMIT/);
  await strict.ask('PATCH', '/app/v1/account', { cookie: bob.cookie, json: { key_rate_limit: 'off' } });
  assert.equal(await count(plain), 10);
});

test('live: a changed limit of key, environment or account holds from the very next request on', async () => {
  const ada = await newPerson();
  const key = await ada.key({ environment: 'testing', rate_limit: '1/86400s,burst=1' });
  assert.equal(await served(key, 5), 1);
  await patch(ada.cookie, `/api-keys/${key.id}`, { rate_limit: '60/60s,burst=20' });
  assert.equal(await served(key, 40), 19, 'the request before counts in the new limit as one');
  await patch(ada.cookie, `/api-keys/${key.id}`, { rate_limit: 'off' });
  assert.equal(await served(key, 40), 40);
  await patch(ada.cookie, '/account/environments/testing', { rate_limit: '1/60s,burst=1' });
  assert.equal(await served(key, 5), 1);
  await patch(ada.cookie, '/account/environments/testing', { rate_limit: null });
  await patch(ada.cookie, '/account', { rate_limit: '2/60s,burst=2' });
  assert.ok((await served(key, 5)) <= 2);
  await patch(ada.cookie, '/account', { rate_limit: null });
  assert.equal(await served(key, 40), 40);
});

test('security: a change of a limit is no new burst', async () => {
  const ada = await newPerson();
  const key = await ada.key({ rate_limit: '100/3600s,burst=10' });
  assert.equal(await served(key, 20), 10);
  for (const rate_limit of ['50/3600s,burst=10', '100/3600s,burst=10', '200/3600s,burst=10']) {
    await patch(ada.cookie, `/api-keys/${key.id}`, { rate_limit });
    assert.equal(await served(key, 20), 0, rate_limit);
  }
  await patch(ada.cookie, `/api-keys/${key.id}`, { rate_limit: '200/3600s,burst=13' });
  assert.equal(await served(key, 20), 3, 'control: what it has more is there');
});

test('security: a rotated pair shares one budget, and so does a whole chain', async () => {
  const ada = await newPerson();
  const admin = await ada.key();
  const first = await ada.key({ rate_limit: '20/3600s,burst=20' });
  const in1Day = new Date(world.now() + 86_400_000).toISOString();
  const rotate = async (key: TestKey, json: object) => {
    const answer = await server.ask('POST', `/v1/api-keys/${key.id}/rotate`, { key: admin.text, json });
    assert.ok(answer.json.full_key, answer.text);
    return testKey(answer.json);
  };
  assert.equal(await served(first, 5), 5);
  const second = await rotate(first, { policy: 'at', at: in1Day });
  assert.equal(await served(second, 5), 5);
  const third = await rotate(second, { policy: 'at', at: in1Day });
  const together = await Promise.all([first, second, third].map((key) => served(key, 20)));
  assert.equal(
    together.reduce((sum, count) => sum + count),
    10,
  );
  const single = await ada.key({ rate_limit: '20/3600s,burst=3' });
  assert.equal(await served(single, 20), 3);
  assert.equal(await served(await rotate(single, { policy: 'now' }), 20), 0, 'also one that ends it at once');
  const other = await ada.key({ rate_limit: '20/3600s,burst=20' });
  assert.equal(await served(other, 30), 20, 'control: another key has its own');
});

test('limits of zero, below it and absurd ones are 422 with the range', async () => {
  const ada = await newPerson();
  for (const [json, says] of [
    [{ rate_limit: '0/60s,burst=1' }, /requests may be 1 to 9999999, not 0/],
    [{ rate_limit: '-1/60s,burst=1' }, /requests may be 1 to 9999999, not -1/],
    [{ rate_limit: '1/999999s,burst=1' }, /the window may be 1 s to 86400 s/],
    [{ rate_limit: 'fast' }, /neither off nor a limit like/],
    [{ concurrent_requests: 0 }, /whole number from 1 to 100000/],
    [{ concurrent_requests: -3 }, /whole number from 1 to 100000/],
    [{ concurrent_requests: 1e12 }, /whole number from 1 to 100000/],
  ] as const) {
    for (const [method, path] of [
      ['POST', '/api-keys/'],
      ['PATCH', '/account'],
      ['PATCH', '/account/environments/testing'],
    ] as const) {
      const answer = await server.ask(method, `/app/v1${path}`, { cookie: ada.cookie, json });
      assert.equal(answer.status, 422, answer.text);
      assert.match(answer.json.detail[0].msg, says);
      assert.deepEqual(answer.json.detail[0].loc, ['body', Object.keys(json)[0]]);
    }
  }
});

test('whoami shows the limit in force, who set it and what is left; asking counts as any request', async () => {
  const ada = await newPerson();
  await patch(ada.cookie, '/account', { key_rate_limit: '8/3600s,burst=8' });
  const [plain, own] = [
    await ada.key(),
    await ada.key({ rate_limit: '5/60s,burst=5', concurrent_requests: 2 }),
  ];
  const limits = async (key: TestKey) => (await ask(key, '/v1/whoami')).json.limits;
  const ofPlain = await limits(plain);
  assert.deepEqual(
    [ofPlain.rate_limit, ofPlain.source, ofPlain.remaining],
    ['8/3600s,burst=8', 'account', 7],
  );
  const { in_force } = await limits(own);
  assert.deepEqual(in_force, [
    {
      policy: 'key',
      rate_limit: '5/60s,burst=5',
      concurrent_requests: null,
      source: 'key',
      remaining: 4,
      next_in_seconds: 12,
    },
    {
      policy: 'key-concurrent',
      rate_limit: null,
      concurrent_requests: 2,
      source: 'key',
      remaining: 1,
      next_in_seconds: null,
    },
  ]);
});

test('explain says that a key would be refused now, and asking spends nothing', async () => {
  const ada = await newPerson();
  const admin = await ada.key();
  const key = await ada.key({ rate_limit: '3/3600s,burst=3' });
  const explain = async () =>
    (
      await server.ask('POST', `/v1/api-keys/${key.id}/explain`, {
        key: admin.text,
        json: { action: 'ssh-keys:read' },
      })
    ).json;
  for (let i = 0; i < 10; i++) assert.equal((await explain()).rule, 'allowed');
  assert.equal(await served(key, 5), 3);
  const { allowed, rule, reason } = await explain();
  assert.deepEqual([allowed, rule], [false, 'rate_limit_exceeded']);
  assert.match(reason, /3 requests in 3600 s/);
});

test('people in the dashboard are under the limit of their account and under no limit of a key', async () => {
  const ada = await newPerson();
  await patch(ada.cookie, '/account', { rate_limit: '10/3600s,burst=10', key_rate_limit: '1/3600s,burst=1' });
  const asPerson = (path = '/ssh-keys') => server.ask('GET', `/app/v1${path}`, { cookie: ada.cookie });
  const key = await makeKey(server, ada.cookie);
  const answers = [];
  for (let i = 0; i < 12; i++) answers.push((await asPerson()).status);
  assert.deepEqual(answers, [...Array(9).fill(200), 429, 429, 429]);
  assert.equal((await ask(key)).status, 429);
  const refused = await asPerson();
  assert.match(refused.json.reason, /whole account.*admin of the account/);
  assert.equal(refused.headers.get('ratelimit')!.includes('"key"'), false);
  assert.equal((await asPerson('/account')).status, 200, 'what lifts the limit is not refused by it');
  await patch(ada.cookie, '/account', { rate_limit: null });
  assert.equal((await asPerson()).status, 200);
});

test("security: an account's own limit never loosens the operator's, and nobody in it lifts that", async () => {
  const ada = await newPerson();
  const key = await ada.key();
  await patch(ada.cookie, '/account', { rate_limit: '1000/1s,burst=1000', concurrent_requests: 50 });
  const operator = { type: 'operator', id: 'test', address: null, requestId: null } as const;
  const setLimits = server.deps.accounts.setLimits.bind(server.deps.accounts, operator, ada.accountId);
  assert.equal(await served(key, 20), 20, 'control');
  await setLimits({ rate_limit: '5/3600s,burst=5', concurrent_requests: 2 });
  const first = await ask(key);
  assert.deepEqual(
    parseFieldList(first.headers.get('ratelimit-policy')!).map(({ name, params }) => [name, params.q]),
    [
      ['account', 1000],
      ['account-concurrent', 2],
      ['operator', 5],
    ],
  );
  assert.ok((await served(key, 20)) <= 4);
  const refused = await ask(key);
  assert.deepEqual(refused.json['violated-policies'], ['operator']);
  assert.match(refused.json.reason, /operator of this server has set it/);
  const { status } = await server.ask('PATCH', '/app/v1/account', {
    cookie: ada.cookie,
    json: { rate_limit: 'off' },
  });
  assert.equal(status, 429);
  await setLimits({ rate_limit: null, concurrent_requests: null });
  assert.equal(await served(key, 20), 20, 'live');
});
