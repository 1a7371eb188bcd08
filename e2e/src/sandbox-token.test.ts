import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { call } from './harness/http.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { defaultDriver, startServer, whenReady } from './harness/server.ts';

// A real guest: what its programs can read of credentials, and what its own token is good for.
const skip = defaultDriver() === 'fake' && 'the fake driver has no processes, no memory and no disk';

test('abuse case 44: a real machine holds its own token and no account key, and the token ends with it', {
  skip,
}, async (t) => {
  const server = await startServer();
  t.after(() => server.remove());
  await whenReady(server);
  const key = await makeKey(server, await makePerson(server));
  const make = async () =>
    (await call(server, 'POST', '/v1/vms', { key, body: { metadata: { a: 'b' } } })).json;
  const [vm, other] = [await make(), await make()];
  const run = async (command: string, session = vm.session_id): Promise<string> => {
    const body = { session_id: session, language: 'bash', command };
    const answer = await call(server, 'POST', '/execute', { key, body });
    assert.equal(answer.status, 200, answer.text);
    return answer.json.stdout;
  };
  const token = (await run('echo "$INSTAVM_SANDBOX_TOKEN"')).trim();
  assert.match(token, /^instavm_st_[0-9A-Za-z]{50}$/);

  await t.test('programs, interpreters and their children find the token', async () => {
    const python = await call(server, 'POST', '/execute', {
      key,
      body: { session_id: vm.session_id, command: 'import os; print(os.environ["INSTAVM_SANDBOX_TOKEN"])' },
    });
    assert.equal(python.json.stdout.trim(), token);
    const others = (await run('echo "$INSTAVM_SANDBOX_TOKEN"', other.session_id)).trim();
    assert.notEqual(others, token, 'machines of one template have tokens of their own');
  });

  await t.test(
    'no account key is in any process, nor in a file that was written since the machine began',
    async () => {
      // In halves, and as a pattern that is not what it finds: so the question itself holds no key.
      const look = (secret: string, where: string) =>
        run(`a=${secret.slice(1, 40)}; b=${secret.slice(40)}; ${where} | tr '\\0' '\\n' | grep -c "[i]$a$b"`);
      const processes = 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline /proc/cmdline 2>/dev/null';
      const files = 'find / -xdev -type f -mmin -60 -exec cat {} + 2>/dev/null';
      for (const where of [processes, files]) assert.equal((await look(key, where)).trim(), '0', where);
      assert.ok(Number(await look(token, processes)) > 0, 'control: the same look finds the token');
    },
  );

  await t.test('the host writes the token nowhere', async () => {
    for (const entry of await readdir(server.dataDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.qcow2$/.test(entry.name)) continue;
      const bytes = await readFile(join(entry.parentPath, entry.name));
      assert.equal(bytes.includes(token.slice(23, 55)), false, entry.name);
      assert.equal(bytes.includes(key.slice(23, 55)), false, entry.name);
    }
    const { stdout, stderr } = server.output();
    assert.equal((stdout + stderr).includes(token.slice(23)), false);
  });

  await t.test('it reaches its own machine alone, and is refused once that has ended', async () => {
    const whoami = await call(server, 'GET', '/v1/whoami', { key: token });
    assert.deepEqual(
      [whoami.json.credential.kind, whoami.json.credential.vm_id],
      ['sandbox_token', vm.vm_id],
    );
    assert.equal((await call(server, 'DELETE', `/v1/vms/${other.vm_id}`, { key: token })).status, 404);
    assert.equal((await call(server, 'GET', '/v1/api-keys/', { key: token })).status, 403);
    const stopped = await call(server, 'DELETE', `/v1/vms/${vm.vm_id}`, { key: token });
    assert.equal(stopped.status, 200, stopped.text);
    assert.equal((await call(server, 'GET', '/v1/whoami', { key: token })).status, 401);
    const { json } = await call(server, 'GET', `/v1/vms/${other.vm_id}`, { key });
    assert.equal(json.status, 'active', 'control: the other machine runs on');
  });
});
