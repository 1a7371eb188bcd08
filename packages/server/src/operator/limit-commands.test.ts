import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';
import { OperatorError } from './operator-error.ts';

test('limits that the tool sets are in force at the next request, bound the account’s own, and can be taken away', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const key = await ada.key();
  const tool = toolOn(server.dataDir);
  const quotas = async () => (await server.ask('GET', '/v1/account', { key: key.text })).json.quotas;
  const create = () => server.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 128 } });
  assert.equal((await quotas()).machines.source, 'server');
  const set = await tool(`accounts limits ${ada.email} --quota-machines 1 --credit-dollars 12.5 --json`);
  const { limits } = JSON.parse(set.printed);
  assert.deepEqual([limits.quota_machines, limits.credit_dollars, limits.rate_limit], [1, 12.5, null]);
  assert.equal((await create()).status, 201);
  const refused = await create();
  assert.match(refused.json.detail, /the account may have 1 machine .*This server's operator can raise it/);
  const own = { cookie: ada.cookie, json: { quota_machines: 500 } };
  const patched = await server.ask('PATCH', '/app/v1/account', own);
  const { machines } = patched.json.quotas;
  assert.deepEqual([patched.json.quota_machines, machines.limit, machines.source], [500, 1, 'operator']);
  assert.equal((await create()).status, 429, 'what an account sets for itself stays below');
  const allocation = await server.ask('GET', '/v1/credits/allocation', { key: key.text });
  assert.equal(allocation.json.dollars.allocated, 12.5);
  await tool(`accounts limits ${ada.accountId} --quota-machines none`);
  assert.equal((await create()).status, 201);
  assert.equal((await quotas()).machines.source, 'account');
  assert.equal(
    JSON.parse((await tool(`accounts limits ${ada.email} --json`)).printed).limits.credit_dollars,
    12.5,
  );
});

test('what the operator sets is an event of the account that says what', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  await toolOn(server.dataDir)(`accounts limits ${ada.email} --quota-executions 7 --credit-dollars 0.5`);
  const { items } = (
    await server.ask('GET', '/app/v1/audit/events?event_type=account.limits_set', { cookie: ada.cookie })
  ).json;
  assert.equal(items.length, 1);
  assert.equal(items[0].actor_type, 'operator');
  assert.deepEqual(items[0].event_payload, { quota_executions: '7', credit_dollars: '0.5' });
});

test('rates are zero until they are set, by the tool alone, and machines cost them from the next request on', async (t) => {
  const server = await startServer(t);
  const key = await (await server.person('Ada')).key();
  const tool = toolOn(server.dataDir);
  const shown = async () =>
    (await server.ask('GET', '/v1/credits/rates', { key: key.text })).json.vm_execution;
  assert.deepEqual(JSON.parse((await tool('rates show --json')).printed), {
    cpu_per_second: 0,
    ram_gib_per_second: 0,
  });
  assert.equal((await shown()).cpu_rate_per_second_per_core, 0);
  await tool('rates set --cpu-per-second 0.000014 --ram-gib-per-second 0.0000045');
  const { cpu_rate_per_second_per_core: cpu, ram_rate_per_gib_per_second: ram } = await shown();
  assert.deepEqual([cpu, ram], [0.000014, 0.0000045]);
  assert.match(
    (await tool('rates set --ram-gib-per-second 0')).printed,
    /0\.000014 dollars.*GiB of memory +0 dollars/s,
  );
  const events = JSON.parse((await tool('audit list --json')).printed) as { event_type: string }[];
  assert.equal(events.filter(({ event_type }) => event_type === 'server.rates_set').length, 2);
});

test('without a server the tool sets the same, and a server that starts later knows it', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = toolOn(dataDir);
  await tool('users create --email ada@example.com --password-stdin', 'correct horse battery');
  await tool('accounts limits ada@example.com --quota-executions 5 --concurrent-requests 9');
  await tool('rates set --cpu-per-second 2');
  const key = (await tool('keys create --email ada@example.com --label a')).printed;
  const server = await startServer(t, { dataDir });
  const { json } = await server.ask('GET', '/v1/whoami', { key });
  assert.deepEqual(
    [json.limits.quotas.executions.limit, json.limits.quotas.executions.source],
    [5, 'operator'],
  );
  const rates = await server.ask('GET', '/v1/credits/rates', { key });
  assert.equal(rates.json.vm_execution.cpu_rate_per_second_per_core, 2);
});

test('a number that is none, a person whom nobody knows and a missing account are refused in one line', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = toolOn(dataDir);
  await tool('users create --email ada@example.com --password-stdin', 'correct horse battery');
  for (const [args, says] of [
    ['accounts limits', /whose account/],
    ['accounts limits eve@example.com', /Nobody here has the e-mail/],
    ['accounts limits 99', /There is no account 99/],
    ['accounts limits 1 --quota-machines 0', /--quota-machines 0 .*from 1 to 100000/],
    ['accounts limits 1 --quota-machines many', /from 1 to 100000/],
    ['accounts limits 1 --quota-vm-seconds 1.5', /from 1 to 1000000000000/],
    ['accounts limits 1 --rate-limit fast', /100\/60s,burst=20/],
    ['accounts limits 1 --credit-dollars -1', /.*/],
    ['accounts limits 1 --credit-dollars 1e9', /from 0 to 1000000000/],
    ['accounts limits 1 --credit-dollars NaN', /from 0 to 1000000000/],
    ['rates set', /--cpu-per-second/],
    ['rates set --cpu-per-second free', /from 0 to 1000/],
    ['rates set --ram-gib-per-second 1001', /from 0 to 1000/],
  ] as const) {
    await assert.rejects(tool(args), (error) => {
      assert.ok(error instanceof OperatorError, args);
      assert.match(error.message, says, args);
      return true;
    });
  }
});
