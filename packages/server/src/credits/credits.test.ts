import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { credits } from '@instavm/contract';
import type { z } from 'zod';
import { monthOf } from '../db/calendar.ts';
import { startServer, type TestKey } from '../testing/server.ts';
import { SERVER_CREDIT_DOLLARS } from './credits.ts';
import { setRates } from './rates.ts';

const server = await startServer({ after });
const { deps, world } = server;
const OPERATOR = { type: 'operator', id: 'test', address: null, requestId: null } as const;
/** Away from the ends of months, with room for some days before. */
world.advance(monthOf(world.now()).toMs + 12 * 86_400_000 + 3_600_000 - world.now());
const rates = await setRates(deps, OPERATOR, { cpuPerSecond: 0.01, ramGibPerSecond: 0.04 });
/** Of a machine with one processor and 256 MiB. */
const PER_SECOND = 0.01 + 0.04 / 4;

let people = 0;
/** Passwords are taken so often a minute from one address. */
const newPerson = () => {
  world.advance(7000);
  return server.person(`Person${++people}`);
};
const get = async <Body extends z.ZodType>(
  operation: { path: string; response: { body: Body } },
  key: TestKey,
  query = '',
): Promise<z.output<Body>> => {
  const answer = await server.ask('GET', operation.path + query, { key: key.text });
  assert.equal(answer.status, 200, answer.text);
  return operation.response.body.parse(answer.json);
};
const create = async (key: TestKey, json: Record<string, unknown> = {}) => {
  const answer = await server.ask('POST', '/v1/vms', { key: key.text, json });
  assert.equal(answer.status, 201, answer.text);
  return answer.json as { vm_id: string; created_at: string };
};
const end = (key: TestKey, vmId: string) => server.ask('DELETE', `/v1/vms/${vmId}`, { key: key.text });
const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
const near = (actual: number, wanted: number, slack = PER_SECOND * 30) =>
  assert.ok(actual >= wanted - 1e-9 && actual < wanted + slack, `${actual} is not about ${wanted}`);

test('credits of an account without machines are whole, finite and of this month', async () => {
  const key = await (await newPerson()).key();
  const allocation = await get(credits.allocation, key);
  const month = monthOf(world.now());
  assert.deepEqual(
    [allocation.allocation_period_start, allocation.allocation_period_end],
    [new Date(month.fromMs).toISOString(), new Date(month.toMs).toISOString()],
  );
  assert.deepEqual(allocation.dollars, {
    allocated: SERVER_CREDIT_DOLLARS,
    used: 0,
    remaining: SERVER_CREDIT_DOLLARS,
  });
  assert.deepEqual(allocation.browser_automation, { allocated: 0, used: 0, remaining: 0 });
  assert.deepEqual(allocation.quotas.machines, { allocated: 1000, used: 0, remaining: 1000 });
  assert.deepEqual(await get(credits.usage, key), []);
});

test('a machine that runs is in the figures at once, and they grow by the second; ended, they stay', async () => {
  const key = await (await newPerson()).key();
  const { vm_id } = await create(key, { vm_lifetime_seconds: 3000, vcpu_count: 2, memory_mb: 512 });
  world.advance(1000_000);
  const running = await get(credits.summary, key);
  const wanted = 1000 * (2 * 0.01 + 0.04 / 2);
  near(running.dollars.used, wanted, 0.04 * 30);
  const [use] = await get(credits.usage, key);
  assert.deepEqual([use!.resource_id, use!.usage_type, use!.is_running], [vm_id, 'vm_execution', true]);
  near(use!.credits_used, wanted, 0.04 * 30);
  near(use!.vm_seconds, 1000, 30);
  await end(key, vm_id);
  const settled = await get(credits.summary, key);
  world.advance(5000_000);
  const later = await get(credits.summary, key);
  assert.equal(later.dollars.used, settled.dollars.used);
  assert.equal((await get(credits.usage, key))[0]!.is_running, false);
  assert.equal(later.dollars.used + later.dollars.remaining, later.dollars.allocated);
});

test('the list, the sum, the series and the forecast of a month say the same', async () => {
  const key = await (await newPerson()).key();
  for (const seconds of [60, 600, 6000]) {
    const { vm_id } = await create(key, { vm_lifetime_seconds: 10_000 });
    world.advance(seconds * 1000);
    if (seconds !== 6000) await end(key, vm_id);
  }
  const answers = [
    sum((await get(credits.usage, key)).map((use) => use.credits_used)),
    (await get(credits.summary, key)).dollars.used,
    (await get(credits.summary, key, '?period=last_30_days')).dollars.used,
    (await get(credits.summary, key, '?period=all')).dollars.used,
    ...(await Promise.all(
      ['hourly', 'daily', 'weekly'].map(async (granularity) => {
        const { series } = await get(credits.usageTrends, key, `?period=7d&granularity=${granularity}`);
        return sum(series.map((point) => point.credits_used));
      }),
    )),
    (await get(credits.usageForecast, key)).used,
  ];
  for (const answer of answers) near(answer, 6660 * PER_SECOND);
  const spread = Math.max(...answers) - Math.min(...answers);
  assert.ok(spread < PER_SECOND * 30, `they differ by ${spread}`);
});

test('a series has every step, zeros included, oldest first, of equal length and up to now', async () => {
  const key = await (await newPerson()).key();
  const { vm_id } = await create(key);
  world.advance(100_000);
  await end(key, vm_id);
  for (const [query, count, stepMs] of [
    ['?period=7d&granularity=hourly', 168, 3_600_000],
    ['?period=30d&granularity=daily', 30, 86_400_000],
    ['?period=90d&granularity=hourly', 2160, 3_600_000],
    ['', 30, 86_400_000],
  ] as const) {
    const { series } = await get(credits.usageTrends, key, query);
    const times = series.map((point) => Date.parse(point.at));
    assert.equal(times.length, count, query);
    assert.ok(times.every((at, n) => n === 0 || at - times[n - 1]! === stepMs));
    assert.ok(times.at(-1)! <= world.now() && times.at(-1)! + stepMs > world.now());
    near(series.at(-1)!.vm_seconds, 100, 30);
    assert.equal(sum(series.slice(0, -2).map((point) => point.vm_seconds)), 0);
  }
  const { series } = await get(credits.usageTrends, key, '?period=90d&granularity=weekly');
  assert.ok(series.length === 13 || series.length === 14);
  assert.ok(
    series.every((point) => new Date(point.at).getUTCDay() === 1),
    'Mondays',
  );
});

test('uses are listed newest first, as many as asked for, of the kind asked for', async () => {
  const key = await (await newPerson()).key();
  const made: string[] = [];
  for (let n = 0; n < 3; n++) {
    made.unshift((await create(key)).vm_id);
    world.advance(1000);
  }
  const ids = async (query: string) => (await get(credits.usage, key, query)).map((use) => use.resource_id);
  assert.deepEqual(await ids('?usage_type=vm_execution'), made);
  assert.deepEqual(await ids('?limit=2'), made.slice(0, 2));
  assert.deepEqual(await ids('?usage_type=browser_automation'), []);
  for (const query of ['?limit=0', '?limit=1001', '?period=yesterday', '?usage_type=coffee']) {
    const answer = await server.ask('GET', credits.usage.path + query, { key: key.text });
    assert.equal(answer.status, 422, query);
  }
});

test('a machine that never ran costs nothing and is in no list', async () => {
  const key = await (await newPerson()).key();
  const { capacity } = await deps.host.hello();
  const made: string[] = [];
  for (let mb = 0; mb <= capacity.memoryMb; mb += 8192) {
    const answer = await server.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 8192 } });
    if (answer.status === 201) made.push(answer.json.vm_id);
  }
  const listed = (await get(credits.usage, key)).map((use) => use.resource_id);
  assert.deepEqual(listed.sort(), made.sort());
  for (const id of made) await end(key, id);
});

test('what is used beyond the allocation is an overage, nothing is left, and a check says how much is missing', async () => {
  const person = await newPerson();
  const key = await person.key();
  await deps.accounts.setLimits(OPERATOR, person.accountId, { credit_dollars: 5 });
  const check = (dollars: string) =>
    get(credits.check, key, `?usage_type=vm_execution&required_credits=${dollars}`);
  const before = await check('5');
  assert.deepEqual([before.available, before.shortage, before.remaining_credits], [true, 0, 5]);
  const more = await check('7.5');
  assert.deepEqual([more.available, more.shortage], [false, 2.5]);
  assert.match(
    more.reason,
    /^5 of 5 dollars are left in .* and 7\.5 are asked for: 2\.5 too few\. .*operator/,
  );
  const { vm_id } = await create(key, { vm_lifetime_seconds: 1000 });
  world.advance(500_000);
  await end(key, vm_id);
  const { dollars } = await get(credits.summary, key);
  near(dollars.overage, 5);
  assert.deepEqual([dollars.allocated, dollars.remaining], [5, 0]);
  const forecast = await get(credits.usageForecast, key);
  assert.ok(Date.parse(forecast.exhausted_at!) <= world.now() + 1000);
  const browser = await get(credits.check, key, '?usage_type=browser_automation&required_credits=1');
  assert.deepEqual([browser.available, browser.shortage], [false, 1]);
  assert.match(browser.reason, /no browser automation/);
  for (const query of ['', '?usage_type=vm_execution', '?usage_type=vm_execution&required_credits=-1']) {
    assert.equal((await server.ask('GET', credits.check.path + query, { key: key.text })).status, 422);
  }
});

test('the rates are those that the operator set, and what was used before is shown at them too', async () => {
  const key = await (await newPerson()).key();
  const { vm_id } = await create(key, { vm_lifetime_seconds: 1000 });
  world.advance(100_000);
  await end(key, vm_id);
  const shown = (await get(credits.rates, key)).vm_execution;
  assert.deepEqual([shown.cpu_rate_per_second_per_core, shown.ram_rate_per_gib_per_second], [0.01, 0.04]);
  assert.match(shown.rate_description, /0\.01 dollars for each second of a processor/);
  const { used } = (await get(credits.allocation, key)).dollars;
  await setRates(deps, OPERATOR, { cpuPerSecond: 0.02, ramGibPerSecond: 0.08 });
  assert.equal((await get(credits.allocation, key)).dollars.used, 2 * used);
  await setRates(deps, OPERATOR, { cpuPerSecond: 0, ramGibPerSecond: 0 });
  assert.match((await get(credits.rates, key)).vm_execution.rate_description, /cost nothing/);
  assert.equal((await get(credits.allocation, key)).dollars.used, 0);
  await setRates(deps, OPERATOR, rates);
});

test('security: the use of another account is nowhere, and a key of an environment sees its own alone', async () => {
  const [ada, bob] = [await newPerson(), await newPerson()];
  const [all, testing, production] = [
    await ada.key(),
    await ada.key({ environment: 'testing' }),
    await ada.key({ environment: 'production' }),
  ];
  const bobs = await bob.key();
  const living = await create(testing, { vm_lifetime_seconds: 3000 });
  const ended = await create(testing, { vm_lifetime_seconds: 3000 });
  world.advance(100_000);
  await end(testing, ended.vm_id);
  const seen = async (key: TestKey) => [
    (await get(credits.allocation, key)).dollars.used,
    (await get(credits.summary, key, '?period=all')).dollars.used,
    (await get(credits.usage, key)).length,
    sum((await get(credits.usageTrends, key)).series.map((point) => point.vm_seconds)),
    (await get(credits.usageForecast, key)).used,
  ];
  for (const key of [bobs, production]) assert.deepEqual(await seen(key), [0, 0, 0, 0, 0]);
  for (const key of [all, testing]) {
    const [used, , listed] = await seen(key);
    near(used!, 200 * PER_SECOND);
    assert.equal(listed, 2, 'control');
  }
  assert.equal((await get(credits.allocation, testing)).dollars.allocated, SERVER_CREDIT_DOLLARS);
  await end(testing, living.vm_id);
});

test('security: credits are shown to keys with usage:read alone', async () => {
  const person = await newPerson();
  const [without, withIt] = [
    await person.key({ scopes: ['vms:read'] }),
    await person.key({ scopes: ['usage:read'] }),
  ];
  for (const operation of Object.values(credits)) {
    const query = operation.id === 'credits.check' ? '?usage_type=vm_execution&required_credits=1' : '';
    const ask = (key: TestKey) => server.ask('GET', operation.path + query, { key: key.text });
    assert.deepEqual([(await ask(without)).status, (await ask(withIt)).status], [403, 200], operation.id);
  }
});
