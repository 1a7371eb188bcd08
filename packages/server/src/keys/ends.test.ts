import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer, type TestKey, testKey } from '../testing/server.ts';
import { endDueKeys } from './due.ts';
import { judgeKey } from './verdict.ts';

const server = await startServer({ after });
const { world, deps } = server;
const DAY_MS = 86_400_000;
const other = await (await server.person('Other')).key();

/** Somebody with an account of their own; signing in is limited to so many a minute. */
function someone(name: string) {
  world.advance(60_000);
  return server.person(name);
}

type Owner = Awaited<ReturnType<typeof server.person>>;

/** Every way in which a key can end or be stopped. Each gives the code that its holder is told. */
const WAYS: {
  way: string;
  code: string;
  settings?: () => Record<string, unknown>;
  end(key: TestKey, ada: Owner): Promise<unknown>;
}[] = [
  { way: 'delete', code: 'key_revoked', end: (key, ada) => change('DELETE', key, ada) },
  {
    way: 'revoked by the operator',
    code: 'key_revoked',
    end: (key) =>
      deps.keys.end({ type: 'operator', id: 'test', address: null, requestId: null }, [key.id], 'revoked'),
  },
  {
    way: 'rotated now',
    code: 'key_rotated',
    end: (key, ada) => change('POST', key, ada, '/rotate', { policy: 'now' }),
  },
  {
    way: 'deadline of its rotation',
    code: 'key_rotated',
    async end(key, ada) {
      const at = new Date(world.now() + 1000).toISOString();
      await change('POST', key, ada, '/rotate', { policy: 'at', at });
      world.advance(1000);
    },
  },
  {
    way: 'first use of its successor',
    code: 'key_rotated',
    async end(key, ada) {
      const next = testKey((await change('POST', key, ada, '/rotate', {})).json);
      assert.equal((await server.ask('GET', '/v1/vms', { key: next.text })).status, 200);
    },
  },
  {
    way: 'reported as leaked',
    code: 'key_revoked',
    end: (key) => server.ask('POST', '/v1/api-keys/report-leak', { json: { key: key.text } }),
  },
  {
    way: 'expiry',
    code: 'key_expired',
    settings: () => ({ expires_at: new Date(world.now() + 60_000).toISOString() }),
    end: async () => world.advance(60_000),
  },
  {
    way: 'idle expiry',
    code: 'key_expired',
    settings: () => ({ idle_expiry_days: 2 }),
    end: async () => world.advance(2 * DAY_MS),
  },
  { way: 'disabled', code: 'key_disabled', end: (key, ada) => change('POST', key, ada, '/disable') },
  {
    way: 'owner suspended',
    code: 'account_suspended',
    async end(_key, ada) {
      deps.owners.member(ada.accountId, ada.id).isActive = false;
    },
  },
  {
    way: 'account closed',
    code: 'account_suspended',
    async end(_key, ada) {
      deps.owners.account(ada.accountId).isOpen = false;
    },
  },
];

function change(method: string, key: TestKey, { cookie }: Owner, act = '', json?: unknown) {
  return server.ask(method, `/app/v1/api-keys/${key.id}${act}`, { cookie, ...(json ? { json } : {}) });
}

for (const [index, { way, code, settings, end }] of WAYS.entries()) {
  test(`abuse case 23: ${way} ends a key for the next request, and other keys live on`, async () => {
    const ada = await someone(`Ada${index}`);
    const key = await ada.key(settings?.());
    const use = (text: string) => server.ask('GET', '/v1/vms', { key: text });
    assert.equal((await use(key.text)).status, 200, 'control: it works before');
    await end(key, ada);
    const refused = await use(key.text);
    assert.deepEqual([refused.status, refused.json.code], [401, code]);
    assert.equal((await use(other.text)).status, 200);
  });
}

test('abuse case 26: a key works until its expiry and not at it, and from its start and not before', async () => {
  const ada = await someone('Edge');
  const at = (ms: number) => new Date(Date.parse('2040-01-01T00:00:00Z') + ms).toISOString();
  const key = await ada.key({ expires_at: at(0) });
  const later = await ada.key({ not_before: at(0) });
  const { index, owners } = deps;
  assert.ok(owners.member(ada.accountId, ada.id).isActive);
  const edge = Date.parse(at(0));
  const judge = ({ publicId }: TestKey, ms: number) => judgeKey(index.get(publicId)!, ms);
  assert.deepEqual([judge(key, edge - 1), judge(key, edge)], [null, 'key_expired']);
  assert.deepEqual([judge(later, edge - 1), judge(later, edge)], ['key_not_yet_valid', null]);
});

test('abuse case 26: a key that has expired never revives: not by a change, not by a clock that is set back', async () => {
  const ada = await someone('Never');
  const key = await ada.key({ expires_at: new Date(world.now() + 60_000).toISOString() });
  world.advance(60_000);
  await endDueKeys(deps);
  world.advance(-600_000);
  const refused = await server.ask('GET', '/v1/vms', { key: key.text });
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_expired']);
  const patched = await server.ask('PATCH', `/app/v1/api-keys/${key.id}`, {
    cookie: ada.cookie,
    json: { expires_at: null },
  });
  assert.deepEqual([patched.status, patched.json.code], [409, 'key_not_editable']);
  world.advance(600_000);
});

test('an end is in the audit trail with its reason', async () => {
  const ada = await someone('Trail');
  const key = await ada.key({ expires_at: new Date(world.now() + 60_000).toISOString() });
  world.advance(60_000);
  await endDueKeys(deps);
  const row = await deps.db
    .selectFrom('audit_event')
    .select(['event_type', 'actor_type', 'payload'])
    .where('resource_id', '=', String(key.id))
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow();
  assert.deepEqual(
    { ...row, payload: JSON.parse(row.payload) },
    {
      event_type: 'api_key.expired',
      actor_type: 'system',
      payload: { reason: 'expired' },
    },
  );
});

test('a disabled key can be enabled again, and both acts can be repeated', async () => {
  const ada = await someone('Again');
  const key = await ada.key();
  for (const [act, status] of [
    ['/disable', 'disabled'],
    ['/disable', 'disabled'],
    ['/enable', 'active'],
    ['/enable', 'active'],
  ] as const) {
    const answer = await change('POST', key, ada, act);
    assert.deepEqual([answer.status, answer.json.status], [200, status]);
  }
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
  await change('DELETE', key, ada);
  assert.equal((await change('POST', key, ada, '/enable')).status, 409);
});
