import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, MASK, temporaryHome } from '../../testing/home.ts';
import { type Answer, problem, startServer } from '../../testing/server.ts';

async function setUp(t: TestContext, overrides: Record<string, Answer> = {}) {
  const { url, seen } = await startServer(t, overrides);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return { seen, keys: (...argv: string[]) => cli(['keys', ...argv], options) };
}

test('create prints the key alone on stdout, and the warning on stderr', async (t) => {
  const { keys, seen } = await setUp(t);
  const began = Date.now();
  const result = await keys(
    'create',
    '--label',
    'ci',
    '--environment',
    'testing',
    '--scope',
    'vms:read',
    '--scope',
    'exec:run',
    '--expires-in',
    '90d',
  );
  assert.equal(result.stdout, `${KEY}\n`);
  assert.match(
    result.stderr,
    /^Created API key 7 "ci", without expiry\.\n.*only time the whole key is shown/,
  );
  assert.doesNotMatch(result.stderr, /instavm_sk_/);
  const { expires_at, ...fields } = seen[0]!.body as { expires_at: string };
  assert.deepEqual(fields, { label: 'ci', environment: 'testing', scopes: ['vms:read', 'exec:run'] });
  assert.ok(Math.abs(Date.parse(expires_at) - began - 90 * 86_400_000) < 60_000);
  assert.equal((await keys('create', '--expires-in', '90')).code, 2);
});

test('list shows the public part only', async (t) => {
  const { keys, seen } = await setUp(t);
  const { stdout } = await keys('ls');
  assert.match(stdout, /^API keys \(1\)\n\n {2}ID {2}Key .*\n.*\n {2}7 {3}instavm_sk_0123456789AB… {2}ci /);
  assert.equal(seen[0]!.query, '');
  await keys('list', '-a');
  assert.equal(seen[1]!.query, '?status=all');
  assert.equal(JSON.parse((await keys('list', '-j')).stdout).api_keys[0].id, 7);
});

test('revoke takes ids and public parts, and shows the proof', async (t) => {
  const { keys } = await setUp(t);
  for (const name of ['7', MASK, MASK.replace('…', '')]) {
    const result = await keys('revoke', name);
    assert.equal(result.stdout, '7: revoked at 2027-06-01T10:00:00.000Z, confirmed by 1/1\n');
  }
  const mixed = await keys('revoke', '9', '7');
  assert.deepEqual([mixed.code, mixed.stdout.split(':')[0]], [1, '7']);
});

test('a whole key is neither taken as a name nor repeated', async (t) => {
  const { keys } = await setUp(t);
  const result = await keys('revoke', KEY);
  assert.equal(result.code, 2);
  assert.doesNotMatch(result.stdout + result.stderr, /instavm_sk_0/);
});

test('a label that is taken says so in three lines', async (t) => {
  const { keys } = await setUp(t, {
    'POST /v1/api-keys/': problem(409, 'label_taken', 'There is a key "ci" already.'),
  });
  const { code, stdout, stderr } = await keys('create', '--label', 'ci');
  assert.deepEqual([code, stdout], [1, '']);
  assert.equal(stderr.trimEnd().split('\n').length, 3);
});
