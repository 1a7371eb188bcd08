import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cli } from '../testing/cli.ts';
import { KEY, temporaryHome } from '../testing/home.ts';
import { VM } from '../testing/server.ts';

const REASON =
  'The limit of this API key is 100 requests in 60 s, of which 20 may come at once. Whoever manages API keys can raise its rate_limit.';

/** Refuses as often as said, with this Retry-After, and then lists one machine. */
async function limited(t: TestContext, times: number, retryAfter: string) {
  let asked = 0;
  const server = createServer((_request, response) => {
    const isRefused = asked++ < times;
    response.writeHead(isRefused ? 429 : 200, {
      'content-type': 'application/json',
      ...(isRefused && { 'retry-after': retryAfter }),
    });
    const refusal = { code: 'rate_limit_exceeded', detail: 'Rate limit exceeded', reason: REASON };
    response.end(JSON.stringify(isRefused ? refusal : [VM]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  return { cli: (...argv: string[]) => cli(argv, options), options, asked: () => asked };
}

test('it says that it waits, how long, which limit it is and who can raise it, and then goes on', async (t) => {
  const { cli, asked } = await limited(t, 1, '1');
  const { code, stdout, stderr } = await cli('ls');
  assert.equal(code, 0);
  assert.match(stdout, /vm_abc/);
  assert.match(
    stderr,
    /^Rate limited: waiting [12] s \(the limit of this API key is 100 requests in 60 s, of which 20 may come at once; whoever manages API keys can raise its rate_limit\)\. Ctrl-C stops\.\n$/,
  );
  assert.equal(asked(), 2);
});

test('a moment is waited without a word', async (t) => {
  const { cli } = await limited(t, 1, '0');
  const { code, stderr } = await cli('ls');
  assert.deepEqual([code, stderr], [0, '']);
});

test('with --no-wait, before the command or after it, it ends at once with 6, three lines and the wait in JSON', async (t) => {
  const { cli, asked } = await limited(t, 99, '1');
  for (const argv of [
    ['ls', '--no-wait'],
    ['--no-wait', 'ls'],
    ['ls', '--max-wait', '0'],
  ]) {
    const before = asked();
    const { code, stderr } = await cli(...argv);
    assert.equal(code, 6);
    assert.equal(asked(), before + 1);
    assert.deepEqual(stderr.trimEnd().split('\n'), [
      'Error: Rate limit exceeded',
      REASON,
      'Try again in 1 s, or allow a longer wait with --max-wait SECONDS',
    ]);
  }
  const { error } = JSON.parse((await cli('ls', '-j', '--no-wait')).stdout);
  assert.deepEqual([error.code, error.retry_after], ['rate_limit_exceeded', 1]);
});

test('a longer wait than --max-wait allows is not waited', async (t) => {
  const { cli, asked } = await limited(t, 1, '30');
  assert.equal((await cli('ls', '--max-wait', '29')).code, 6);
  assert.equal(asked(), 1);
  assert.equal((await cli('ls', '--max-wait', 'soon')).code, 2);
});

test('Ctrl-C ends the wait, also of a command that it does not end otherwise', async (t) => {
  const { options } = await limited(t, 2, '40');
  for (const argv of [['ls'], ['keys', 'rotate', '7', '--no-wait']]) {
    const abort = new AbortController();
    const onStderr = (text: string) => text.includes('waiting') && abort.abort();
    const { code, stderr } = await cli([...argv], { ...options, signal: abort.signal, onStderr });
    assert.equal(code, 130, stderr);
    assert.match(stderr, /waiting 4[01] s .* Ctrl-C stops\.\nInterrupted\.\n$/);
  }
});
