import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const DAY_MS = 86_400_000;
const young = await ada.key();
const bornMs = server.world.now();

const whoami = (key: string) => server.ask('GET', '/v1/whoami', { key });

test('a key learns what it is, what it may do, how it was sent and where it is', async () => {
  const key = await ada.key({ label: 'ci', environment: 'testing', scopes: ['exec-only'] });
  const { json, status } = await whoami(key.text);
  assert.equal(status, 200);
  const { kind, id, label, environment, scopes, expires_at, source, permissions } = json.credential;
  assert.deepEqual(
    { kind, id, label, environment, scopes, expires_at, source },
    {
      ...{ kind: 'api_key', id: key.id, label: 'ci', environment: 'testing', scopes: ['exec-only'] },
      ...{ expires_at: null, source: 'x-api-key' },
    },
  );
  assert.ok(permissions.includes('exec:run'));
  assert.deepEqual(json.account, { id: ada.accountId, name: 'Ada', role: 'owner' });
  assert.equal(json.limits.keys.max, 1000);
  const bearer = await server.ask('GET', '/v1/whoami', { headers: { authorization: `Bearer ${key.text}` } });
  assert.equal(bearer.json.credential.source, 'bearer');
  const person = await server.ask('GET', '/app/v1/whoami', { cookie: ada.cookie });
  assert.deepEqual([person.json.credential.kind, person.json.credential.source], ['person', 'cookie']);
  assert.equal(JSON.stringify(json).includes(key.secret), false);
});

test('a key with no scope but one may still ask what it is', async () => {
  const key = await ada.key({ scopes: ['vms:read'] });
  assert.equal((await whoami(key.text)).status, 200);
});

test('a key that expires soon is told so in the last fourteen days, to the second', async () => {
  const key = await ada.key({ expires_at: new Date(server.world.now() + 20 * DAY_MS).toISOString() });
  assert.equal((await whoami(key.text)).headers.get('x-key-expires-in'), null);
  assert.equal((await whoami(key.text)).json.notices[0].code, 'expiring');
  server.world.advance(10 * DAY_MS);
  const left = Number((await whoami(key.text)).headers.get('x-key-expires-in'));
  assert.ok(left > 10 * 86_400 - 60 && left <= 10 * 86_400, String(left));
});

test('a key older than the account lets it be is marked with the line that rotates it, and a young one is not', async () => {
  assert.deepEqual((await whoami(young.text)).json.notices, []);
  server.world.advance(91 * DAY_MS - (server.world.now() - bornMs));
  const { notices } = (await whoami(young.text)).json;
  assert.deepEqual(notices, [
    { code: 'old', text: 'It is 91 days old.', command: `instavm keys rotate ${young.id}` },
  ]);
});

test('a key with limits of its own that may make keys is told that those are not under them', async () => {
  const eve = await server.person('Eve');
  const codes = async (fields: Record<string, unknown>) => {
    const key = await eve.key(fields);
    return (await whoami(key.text)).json.notices.map(({ code }: { code: string }) => code);
  };
  const limits = [
    { rate_limit: '10/1s,burst=10' },
    { concurrent_requests: 2 },
    { quota_machines: 1 },
    { quota_vm_seconds: 60 },
    { quota_executions: 1 },
  ];
  for (const limit of limits) {
    assert.deepEqual(await codes(limit), ['limits_can_be_left'], JSON.stringify(limit));
    assert.deepEqual(await codes({ ...limit, scopes: ['exec-only'] }), [], 'control: it cannot make keys');
  }
  assert.deepEqual(await codes({}), [], 'control: nothing to leave');
  assert.deepEqual(await codes({ rate_limit: 'off' }), []);
});
