import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestScope } from '../testing/folder.ts';
import { startServer, type TestServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';
import { until } from '../testing/until.ts';

/** Two accounts, each with a key and a machine. */
async function scene(t: TestScope) {
  const server = await startServer(t);
  const people = [];
  for (const name of ['Ada', 'Bob']) {
    const person = await server.person(name);
    const key = (await person.key()).text;
    const vm = (await server.ask('POST', '/v1/vms', { key, json: {} })).json;
    people.push({ ...person, key, vmId: vm.vm_id as string });
  }
  return { server, ada: people[0]!, bob: people[1]!, tool: toolOn(server.dataDir) };
}

/** What a request with the key gets. */
async function answerTo(server: TestServer, key: string): Promise<unknown> {
  const { status, json } = await server.ask('GET', '/v1/vms', { key });
  return status === 200 ? 200 : json.code;
}

function machineOf(server: TestServer, id: string) {
  return server.deps.db
    .selectFrom('vm')
    .select(['ended_at', 'end_reason'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

async function isEndedMachine(server: TestServer, id: string): Promise<boolean> {
  const { ended_at: endedAt, end_reason: reason } = await machineOf(server, id);
  return endedAt !== null && reason === 'account_closed';
}

test('an account is closed by its number and its name: keys and people are refused at the next request, machines end, others go on', async (t) => {
  const { server, ada, bob, tool } = await scene(t);
  const { printed } = await tool(`accounts close ${ada.accountId} --force Ada`);
  assert.equal(
    printed,
    `Closed account ${ada.accountId} (Ada) for good: 1 API key revoked, 1 machine ended.`,
  );
  assert.deepEqual(
    [await answerTo(server, ada.key), await answerTo(server, bob.key)],
    ['key_revoked', 200],
    'with Bob as the control',
  );
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: ada.cookie })).status, 401);
  assert.equal(await isEndedMachine(server, ada.vmId), true);
  assert.deepEqual(
    (await server.deps.host.list()).map(({ vmId }) => vmId),
    [bob.vmId],
    'the host has none of hers',
  );
  const events = JSON.parse((await tool(`audit list --account ${ada.accountId} --limit 20 --json`)).printed);
  const actors = ['account.closed', 'api_key.revoked', 'vm.terminated'].map((type) => {
    const event = events.find((one: { event_type: string }) => one.event_type === type);
    return [type, event.actor_type, event.actor_id];
  });
  assert.deepEqual(actors, [
    ['account.closed', 'operator', 'instavmd'],
    ['api_key.revoked', 'operator', 'instavmd'],
    ['vm.terminated', 'system', 'account_closed'],
  ]);
  const listed = JSON.parse((await tool('accounts list --json')).printed);
  assert.deepEqual(
    listed.map(({ status, live_keys }: Record<string, unknown>) => [status, live_keys]),
    [
      ['closed', 0],
      ['active', 1],
    ],
  );
});

test('security: without the name of the account nothing is closed, and what would end is said', async (t) => {
  const { server, ada, tool } = await scene(t);
  const id = ada.accountId;
  await assert.rejects(
    tool(`accounts close ${id}`),
    /Closing account 1 \(Ada\) is final and would end 1 live API key and 1 machine\. To close it, give --force=Ada\.$/,
  );
  for (const name of ['Bob', 'ada', '1']) {
    await assert.rejects(
      tool(`accounts close ${id} --force ${name}`),
      /is called Ada, not .* Nothing was changed/,
    );
  }
  await assert.rejects(tool('accounts close 99 --force Ada'), /There is no account 99\. See: accounts list/);
  await assert.rejects(tool('accounts close Ada --force Ada'), /by its number/);
  assert.equal(await answerTo(server, ada.key), 200);
  assert.equal((await machineOf(server, ada.vmId)).ended_at, null);
  await tool(`accounts close ${id} --force Ada`);
  await assert.rejects(tool(`accounts close ${id} --force Ada`), /is closed already, since 20/);
});

test('a name that a shell would take apart is said in quotes', async (t) => {
  const { server, ada, tool } = await scene(t);
  await server.ask('PATCH', '/app/v1/account', { cookie: ada.cookie, json: { name: "Ada's $HOME" } });
  await assert.rejects(tool(`accounts close ${ada.accountId}`), (error: Error) =>
    error.message.endsWith(`give --force='Ada'\\''s $HOME'.`),
  );
});

test('without a server an account is closed in its folder, and a server that starts ends its machines', async (t) => {
  const { server, ada, bob, tool } = await scene(t);
  await server.close();
  const { printed, warned } = await tool(`accounts close ${ada.accountId} --force Ada`);
  assert.match(printed, /1 API key revoked, 1 machine left to the server/);
  assert.equal(warned, '');
  const next = await startServer(t, { dataDir: server.dataDir });
  assert.deepEqual(
    [await answerTo(next, ada.key), await answerTo(next, bob.key)],
    ['key_revoked', 200],
    'with Bob as the control',
  );
  assert.equal(await isEndedMachine(next, ada.vmId), true);
  await assert.rejects(tool(`accounts close ${ada.accountId} --force Ada`), /is closed already/);
});

test('a server that cannot be asked follows: it refuses the keys and ends the machines', async (t) => {
  const { server, ada, bob, tool } = await scene(t);
  rmSync(join(server.dataDir, 'control.sock'));
  const { warned } = await tool(`accounts close ${ada.accountId} --force Ada`);
  assert.match(warned, /cannot be asked.*follows within a second/);
  await until(async () => (await answerTo(server, ada.key)) === 'key_revoked');
  await until(() => isEndedMachine(server, ada.vmId));
  assert.equal(await answerTo(server, bob.key), 200, 'control');
  assert.equal((await machineOf(server, bob.vmId)).ended_at, null, 'control');
});
