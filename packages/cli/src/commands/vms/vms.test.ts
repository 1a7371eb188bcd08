import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { type Answer, problem, SESSION, startServer, VM } from '../../testing/server.ts';

async function setUp(t: TestContext, overrides: Record<string, Answer> = {}) {
  const { url, seen } = await startServer(t, overrides);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return { options, seen, cli: (...argv: string[]) => cli(argv, options) };
}

test('ls prints the published table; -a asks for all records', async (t) => {
  const { cli } = await setUp(t);
  const [heading, hint, ...lines] = (await cli('ls')).stdout.split('\n');
  assert.equal(heading, 'Active VMs (1)');
  assert.match(hint!, /--all/);
  assert.deepEqual(lines, [
    '',
    '  ID      Status    Created                   SSH',
    '  ------  --------  ------------------------  ---',
    '  vm_abc  ● active  2027-06-01T10:00:00.000Z  -  ',
    '',
  ]);
  const all = (await cli('list', '--all')).stdout;
  assert.match(all, /^VMs \(2\)\n\n {2}ID .*\n.*\n.*vm_abc.*\n {2}vm_old {2}● terminated/);
  assert.deepEqual(JSON.parse((await cli('-j', 'ls')).stdout), { vms: [VM] });
});

test('ls says in one line that there is nothing', async (t) => {
  const { cli } = await setUp(t, { 'GET /v1/vms': { status: 200, body: [] } });
  assert.match((await cli('ls')).stdout, /^No active VMs\. .*\n$/);
  assert.equal((await cli('ls', '-j')).stdout, '{"vms":[]}\n');
});

test('colour only on a terminal that wants it', async (t) => {
  const { options } = await setUp(t);
  const coloured = await cli(['ls'], { ...options, tty: ['stdout'] });
  assert.ok(coloured.stdout.includes('\u001b[32m●\u001b[39m active'));
  for (const extra of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
    const plain = await cli(['ls'], { ...options, env: { ...options.env, ...extra }, tty: ['stdout'] });
    assert.ok(!plain.stdout.includes('\u001b'));
  }
});

test('create sends what was asked for and prints the published card', async (t) => {
  const { cli, seen } = await setUp(t);
  const result = await cli('create', '--timeout', '60', '--memory', '512', '--vcpu', '2');
  assert.equal(result.stdout, `VM: vm_abc\nSession: ${SESSION}\nStatus: active\nSSH: -\n`);
  assert.equal(result.stderr, 'Creating VM...\n');
  assert.deepEqual(
    [seen[0]!.line, seen[0]!.query, seen[0]!.body],
    ['POST /v1/vms', '?wait=true', { memory_mb: 512, vcpu_count: 2, vm_lifetime_seconds: 60 }],
  );
  const json = await cli('new', '-j', '--session', 's', '--type', 'nix-dev');
  assert.deepEqual([JSON.parse(json.stdout), json.stderr], [VM, '']);
  assert.deepEqual(seen[1]!.body, { session_id: 's', image_variant: 'nix-dev' });
});

test('create names a way in by SSH only where someone said there is one', async (t) => {
  const { options } = await setUp(t);
  const env = { ...options.env, INSTAVM_SSH_HOST: 'gate.example' };
  assert.match((await cli(['create'], { ...options, env })).stdout, /^SSH: ssh vm_abc@gate\.example$/m);
});

test('rm goes on after a failure, sums up and ends with 1', async (t) => {
  const { cli } = await setUp(t);
  const result = await cli('rm', 'vm_gone', 'vm_abc', 'vm_two');
  assert.equal(result.code, 1);
  assert.equal(result.stdout, 'vm_abc: deleted\nvm_two: deleted\n');
  assert.match(
    result.stderr,
    /vm_gone: Vm not found: Machine not found\n[\s\S]*2 of 3 machines were ended\.\n$/,
  );
  const json = await cli('delete', '-j', 'vm_gone', 'vm_abc');
  assert.equal(json.code, 1);
  const { results } = JSON.parse(json.stdout);
  assert.deepEqual(
    [results[0].error.code, results[1]],
    ['vm_not_found', { vm_id: 'vm_abc', status: 'deleted' }],
  );
});

test('rm stops at once where every next one would fail alike', async (t) => {
  const { cli, seen } = await setUp(t, {
    'DELETE /v1/vms/vm_abc': problem(429, 'rate_limit_exceeded', 'Rate limit exceeded', {
      'retry-after': '70',
    }),
  });
  assert.equal((await cli('rm', 'vm_abc', 'vm_two')).code, 6);
  assert.equal(seen.length, 1);
});
