import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './harness/paths.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { publishedClient } from './harness/python.ts';
import { defaultDriver } from './harness/server.ts';
import { sharedServer } from './harness/shared.ts';

// One Python process runs all scenarios of e2e/python/scenarios.py; each line it prints is a test here.
test('the published Python client works unmodified', async (t) => {
  if (defaultDriver() === 'fake') return t.skip('the fake driver runs no program');
  const server = await sharedServer();
  const person = await makePerson(server);
  const key = await makeKey(server, person);
  const client = await publishedClient();

  const script = join(root, 'e2e', 'python', 'scenarios.py');
  const { code, stdout, stderr } = await client.python([script, server.url, key, person.email], {
    timeoutSeconds: 170,
  });

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
