import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { publishedClient } from './harness/python.ts';
import { startServer } from './harness/server.ts';

// One Python process is client and receiver; each line it prints is a test here.
test('webhooks work with the published client, its verifier above all', async (t) => {
  const server = await startServer({ driver: 'fake', env: { INSTAVM_WEBHOOK_ALLOW: '127.0.0.0/8' } });
  t.after(() => server.remove());
  const key = await makeKey(server, await makePerson(server));
  const client = await publishedClient();

  const script = join(root, 'e2e', 'python', 'webhooks.py');
  const { code, stdout, stderr } = await client.python([script, server.url, key], { timeoutSeconds: 120 });

  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  for (const line of lines) {
    const { name, problem } = JSON.parse(line) as { name: string; problem: string | null };
    await t.test(name, () => {
      if (problem !== null) assert.fail(problem);
    });
  }
  assert.equal(code, 0, stderr);
  assert.ok(lines.length > 0, stdout);
});
