import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { call } from './harness/http.ts';
import { endProcessesOf, processesOf } from './harness/leftovers.ts';
import { makeKey, makePerson } from './harness/people.ts';
import { defaultDriver, newDataDir, startServer, whenReady } from './harness/server.ts';

test('a killed server loses no acknowledged key, revocation or machine', async (t) => {
  const dataDir = await newDataDir();
  t.after(async () => {
    await endProcessesOf(dataDir);
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });
  const first = await startServer({ dataDir });
  await whenReady(first);
  const person = await makePerson(first);
  const [key, revokedKey] = [await makeKey(first, person), await makeKey(first, person)];
  const { json: vm } = await call(first, 'POST', '/v1/vms', { key, body: { metadata: { kept: 'yes' } } });
  const execute = (server: { url: string }, command: string) =>
    call(server, 'POST', '/execute', { key, body: { session_id: vm.session_id, command } });
  await execute(first, 'kept = 41');
  const busyFields = { idle_timeout_seconds: 600, vm_lifetime_seconds: 3600 };
  const { json: busy } = await call(first, 'POST', '/v1/vms', { key, body: busyFields });
  const task = await call(first, 'POST', '/execute_async', {
    key,
    body: { session_id: busy.session_id, command: 'sleep 3600', language: 'bash', timeout: 3600 },
  });
  assert.equal(task.status, 202, task.text);
  const listed = (await call(first, 'GET', '/v1/api-keys/', { key })).json as {
    id: number;
    key_prefix: string;
  }[];
  const { id } = listed.find(({ key_prefix: prefix }) => revokedKey.startsWith(prefix))!;
  const revoked = await call(first, 'DELETE', `/v1/api-keys/${id}`, { key });
  assert.equal(revoked.json.status, 'revoked', revoked.text);

  const killedMs = Date.now();
  await first.kill();
  const second = await startServer({ dataDir });
  t.after(() => second.stop());
  await whenReady(second);

  await t.test('keys open what they opened, revoked ones nothing', async () => {
    assert.equal((await call(second, 'GET', '/v1/users/me', { key })).status, 200);
    assert.equal((await call(second, 'GET', '/v1/users/me', { key: revokedKey })).status, 401);
  });

  const skip = defaultDriver() === 'fake' && 'machines of the fake driver live in the process';
  await t.test('the machine is adopted with what runs in it', { skip }, async () => {
    const { json } = await call(second, 'GET', `/v1/vms/${vm.vm_id}`, { key });
    assert.deepEqual([json.status, json.metadata], ['active', { kept: 'yes' }]);
    const result = await execute(second, 'print(kept + 1)');
    assert.equal(result.json.stdout, '42\n', result.text);
  });

  await t.test('a machine in use when the server was killed is known as used then', { skip }, async () => {
    const { json } = await call(second, 'GET', `/v1/sessions/status/${busy.session_id}`, { key });
    assert.deepEqual([json.exists, json.vm_alive, json.idle_timeout_seconds], [true, true, 600]);
    assert.ok(Date.parse(json.last_used_at) >= killedMs, `${json.last_used_at} is before the kill`);
    assert.ok(Date.parse(json.last_used_at) <= killedMs + 10_000, 'nor is it as if it were used now');
    const renewed = await call(second, 'POST', `/v1/sessions/session/${busy.session_id}/renew`, { key });
    assert.equal(renewed.status, 200, renewed.text);
    assert.equal((await call(second, 'DELETE', `/v1/vms/${busy.vm_id}`, { key })).status, 200);
  });

  await t.test('a machine deleted after the restart leaves no process behind', { skip }, async () => {
    assert.equal((await call(second, 'DELETE', `/v1/vms/${vm.vm_id}`, { key })).status, 200);
    const left = (await processesOf(dataDir)).length;
    assert.equal(left, 0, `${left} processes still name the data folder`);
  });
});

test('of keys created until the server is killed, each acknowledged one works afterwards', async (t) => {
  const dataDir = await newDataDir();
  t.after(() => rm(join(dataDir, '..'), { recursive: true, force: true }));
  const first = await startServer({ dataDir, driver: 'fake' });
  const key = await makeKey(first, await makePerson(first));
  const acknowledged: string[] = [];
  const creating = (async () => {
    for (;;) {
      const { status, json } = await call(first, 'POST', '/v1/api-keys/', {
        key,
        body: { label: `one of many ${acknowledged.length}` },
      });
      assert.equal(status, 201, JSON.stringify(json));
      acknowledged.push(json.full_key);
      if (acknowledged.length === 20) void first.kill();
    }
  })();
  await assert.rejects(creating, TypeError);

  const second = await startServer({ dataDir, driver: 'fake' });
  t.after(() => second.stop());
  assert.ok(acknowledged.length >= 20);
  for (const full of acknowledged) {
    assert.equal((await call(second, 'GET', '/v1/users/me', { key: full })).status, 200);
  }
});

test('SIGTERM ends the server with 0 and leaves its machines running', async (t) => {
  const dataDir = await newDataDir();
  t.after(async () => {
    await endProcessesOf(dataDir);
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });
  const skip = defaultDriver() === 'fake';
  if (skip) return t.skip('machines of the fake driver live in the process');
  const server = await startServer({ dataDir });
  await whenReady(server);
  const key = await makeKey(server, await makePerson(server));
  assert.equal((await call(server, 'POST', '/v1/vms', { key, body: {} })).status, 201);
  assert.equal(await server.stop(), 0);
  assert.ok((await processesOf(dataDir)).length > 0);
});
