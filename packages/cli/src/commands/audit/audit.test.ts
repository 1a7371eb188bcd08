import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { type Answer, problem, startServer } from '../../testing/server.ts';

const EVENT = {
  id: 17,
  created_at: '2027-06-01T10:00:00.000Z',
  event_type: 'api_key.created',
  status: 'success',
  actor_type: 'api_key',
  actor_id: '7',
  resource_type: 'api_key',
  resource_id: '8\u001b[2J',
  address: '192.0.2.7',
  error_message: null,
};
const HEAD = `17:${'a'.repeat(64)}`;
const answer = (body: unknown): Answer => ({ status: 200, body });

async function setUp(t: TestContext, overrides: Record<string, Answer>) {
  const { url, seen } = await startServer(t, overrides);
  const home = temporaryHome(t);
  const options = { home, env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return { seen, home, audit: (...argv: string[]) => cli(['audit', ...argv], options) };
}

test('list shows events in a table, what they hold made harmless, and how to go on', async (t) => {
  const page = { items: [EVENT], next_cursor: '17' };
  const { audit, seen } = await setUp(t, { 'GET /v1/audit/events': answer(page) });
  const { stdout } = await audit(
    'list',
    '--group',
    'api_key',
    '--user',
    '5',
    '--status',
    'success',
    '--limit',
    '1',
  );
  assert.match(
    stdout,
    /17 {2}2027-06-01T10:00:00\.000Z {2}api_key\.created {2}success {2}api key 7 {2}api_key 8\\u001b\[2J/,
  );
  assert.match(stdout, /\nMore: --cursor 17\n$/);
  assert.equal(seen[0]!.query, '?event_group=api_key&status=success&user_id=5&limit=1');
  assert.deepEqual(JSON.parse((await audit('ls', '-j', '--cursor', '17')).stdout), page);
  assert.equal((await audit('list', '--status', 'good')).code, 2);
});

test('verify says that the chain holds, and ends with 1 where it is broken', async (t) => {
  const good = await setUp(t, { 'GET /v1/audit/verify': answer({ ok: true, rows: 3, head: HEAD }) });
  const held = await good.audit('verify', '--known-head', HEAD);
  assert.deepEqual([held.code, held.stdout], [0, `The chain holds: 3 events\nHead: ${HEAD}\n`]);
  assert.equal(good.seen[0]!.query, `?known_head=${encodeURIComponent(HEAD)}`);
  const broken = {
    ok: false,
    rows: 2,
    head: HEAD,
    first_bad: { id: 18, fault: 'changed', detail: 'It was changed.' },
  };
  const bad = await setUp(t, { 'GET /v1/audit/verify': answer(broken) });
  const told = await bad.audit('verify');
  assert.deepEqual(
    [told.code, told.stdout.split('\n')[0]],
    [1, 'The chain is broken at event 18: It was changed.'],
  );
  assert.deepEqual(JSON.parse((await bad.audit('verify', '-j')).stdout), broken);
});

test('export prints what comes as it comes, or writes a new file for this user alone', async (t) => {
  const { audit, seen, home } = await setUp(t, { 'GET /v1/audit/export': answer({ id: 17 }) });
  assert.equal((await audit('export', '--event', 'vm.created')).stdout, '{"id":17}');
  assert.equal(seen[0]!.query, '?event_type=vm.created');
  const file = join(home, 'audit.csv');
  const written = await audit('export', '--format', 'csv', '-o', file);
  assert.deepEqual([written.stdout, written.stderr], ['', `Wrote ${file}.\n`]);
  assert.equal(readFileSync(file, 'utf8'), '{"id":17}');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  writeFileSync(file, 'mine');
  assert.equal((await audit('export', '-o', file)).code, 2);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
});

test('an export that fails leaves no file', async (t) => {
  const refused = problem(403, 'permission_denied', 'This API key lacks the permission audit:read.');
  const { audit, home } = await setUp(t, { 'GET /v1/audit/export': refused });
  const file = join(home, 'audit.jsonl');
  assert.equal((await audit('export', '-o', file)).code, 5);
  assert.throws(() => statSync(file), /ENOENT/);
});
