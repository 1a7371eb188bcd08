import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Answer, startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const eve = await server.person('Eve');

interface PartSeen {
  subject: string;
  label: string | null;
  totals: { requests: number; vm_seconds: number };
}

const ask = (key: string, path: string, client = 'tool/1.0') =>
  server.ask('GET', path, { key, headers: { 'user-agent': client } });

/** An answer is counted when it is out, which its reader may see first. */
async function usageOf(key: string, path: string, requests: number) {
  let json: Answer['json'];
  await until(async () => {
    json = (await ask(key, path)).json;
    return json.totals.requests >= requests;
  });
  assert.equal(json.totals.requests, requests);
  return json;
}

test('usage of a key is there at once: every step of the period, by route and by client', async () => {
  const reader = await ada.key();
  const busy = await ada.key({ label: 'busy' });
  for (let i = 0; i < 4; i++) await ask(busy.text, '/v1/vms', 'python-requests/2.3');
  await ask(busy.text, '/v1/vms/vm_none', 'curl/8.5');
  await ask(busy.text, '/v1/nowhere', 'curl/8.6');
  for (const round of ['in memory', 'written', 'written again']) {
    const path = `/v1/api-keys/${busy.id}/usage`;
    const json = await usageOf(reader.text, `${path}?period=24h`, 5);
    assert.equal(json.api_key_id, busy.id);
    assert.equal(json.series.length, 24, round);
    assert.equal(json.granularity, 'hour');
    assert.deepEqual(
      json.series.map(({ requests }: PartSeen['totals']) => requests),
      [...Array(23).fill(0), 5],
    );
    assert.equal(json.series[0].latency_ms, null);
    assert.equal(json.totals.errors, 1);
    assert.ok(json.totals.latency_ms.p50 > 0 && json.totals.latency_ms.p99 >= json.totals.latency_ms.p50);
    assert.ok(json.totals.bytes_in > 0 && json.totals.bytes_out > 0);
    const names = (parts: PartSeen[]) => parts.map(({ subject, totals }) => `${subject}: ${totals.requests}`);
    assert.deepEqual(names(json.routes), ['GET /v1/vms: 4', 'GET /v1/vms/{vm_id}: 1']);
    assert.deepEqual(names(json.clients), ['python-requests/2: 4', 'curl/8: 1']);
    const [minutes, days] = [
      await ask(reader.text, `${path}?period=1h`),
      await ask(reader.text, `${path}?period=1y`),
    ];
    assert.equal(minutes.json.series.length, 60);
    assert.equal(days.json.series.length, 365);
    await server.deps.usage.flush();
  }
});

test('usage by key, environment, machine, route and client, with every filter', async () => {
  const zoe = await server.person('Zoe');
  const all = await zoe.key({ label: 'all' });
  const testing = await zoe.key({ label: 'tests', environment: 'testing' });
  const { json: vm } = await server.ask('POST', '/v1/vms', { key: testing.text, json: {} });
  await ask(testing.text, `/v1/vms/${vm.vm_id}`);
  const run = { command: 'echo 1', session_id: vm.session_id };
  assert.equal((await server.ask('POST', '/execute', { key: testing.text, json: run })).status, 200);
  await ask(all.text, '/v1/vms');
  await server.ask('GET', '/app/v1/vms', { cookie: zoe.cookie });
  const read = async (filters: string) =>
    (await server.ask('GET', `/app/v1/usage?period=1h&${filters}`, { cookie: zoe.cookie })).json;
  const parts = async (filters: string) =>
    Object.fromEntries(
      (await read(filters)).parts.map((part: PartSeen) => [part.subject, part.totals.requests]),
    );
  await until(async () => (await parts('by=key'))[testing.id] === 3);
  const byKey = await read('by=key');
  const of = (id: number) => byKey.parts.find(({ subject }: PartSeen) => subject === String(id));
  assert.equal(of(testing.id).label, 'tests');
  assert.equal(of(testing.id).totals.executions, 1);
  assert.equal(of(all.id).totals.requests, 1);
  assert.ok(byKey.parts.some(({ subject }: PartSeen) => subject === 'dashboard'));
  assert.deepEqual(await parts(`by=environment&key_id=${testing.id}`), { testing: 3 });
  assert.ok((await parts('by=environment')).none > 0);
  assert.deepEqual(await parts('by=key&environment=testing'), { [testing.id]: 3 });
  assert.deepEqual(await parts('by=vm'), { [vm.vm_id]: 3 });
  assert.equal((await parts(`by=route&key_id=${testing.id}`))['POST /execute'], 1);
  assert.equal((await parts(`by=route&vm_id=${vm.vm_id}`))['POST /execute'], 1);
  assert.equal((await parts(`by=client&vm_id=${vm.vm_id}&environment=testing`))['tool/1'], 1);
  assert.deepEqual(await parts('by=client&environment=production'), {});
  const { totals } = await read('by=route&environment=testing');
  assert.equal(totals.requests, 3);

  const seen = await usageOf(testing.text, '/v1/usage?period=1h&by=key', 3);
  assert.deepEqual(
    seen.parts.map(({ subject }: PartSeen) => subject),
    [String(testing.id)],
  );
  const other = await ask(testing.text, '/v1/usage?environment=production');
  assert.deepEqual([other.status, other.json.code], [403, 'permission_denied']);
  assert.equal((await ask(testing.text, `/v1/api-keys/${all.id}/usage`)).status, 404);
});

test("security: another account's keys, machines and sessions have no usage to see", async () => {
  const mine = await ada.key();
  const { json: vm } = await server.ask('POST', '/v1/vms', { key: mine.text, json: {} });
  await ask(mine.text, `/v1/vms/${vm.vm_id}`);
  const hers = await eve.key();
  // Control: the owner sees it.
  await until(
    async () => (await ask(mine.text, `/v1/usage?by=vm&vm_id=${vm.vm_id}`)).json.totals.requests > 0,
  );
  for (const filter of ['', `&key_id=${mine.id}`, `&vm_id=${vm.vm_id}`]) {
    for (const by of ['key', 'vm', 'route', 'client', 'environment']) {
      const { text, json } = await ask(hers.text, `/v1/usage?by=${by}${filter}`);
      if (filter !== '') assert.equal(json.totals.requests + json.totals.vm_seconds, 0);
      assert.equal(
        text.includes(vm.vm_id) || json.parts.some((part: PartSeen) => part.subject === String(mine.id)),
        false,
      );
      const exported = await ask(hers.text, `/v1/usage/export?by=${by}${filter}`);
      assert.equal(
        exported.text.includes(vm.vm_id) || exported.text.includes(`"subject":"${mine.id}"`),
        false,
      );
    }
  }
  const foreign = await ask(hers.text, `/v1/api-keys/${mine.id}/usage`);
  const none = await ask(hers.text, '/v1/api-keys/999999/usage');
  assert.deepEqual([foreign.status, foreign.json.code], [none.status, none.json.code]);
  assert.equal(foreign.status, 404);
  assert.equal((await ask(hers.text, `/v1/sessions/usage/${vm.session_id}`)).status, 404);
});

test('steps that are not kept for the period are refused with what is', async () => {
  const key = await ada.key();
  for (const query of [
    'period=7d&granularity=minute',
    'period=1y&granularity=hour',
    'period=5d',
    'by=address',
  ]) {
    const refused = await ask(key.text, `/v1/usage?${query}`);
    assert.equal(refused.status, 422, query);
  }
  const refused = await ask(key.text, '/v1/usage?period=7d&granularity=minute');
  assert.match(refused.json.detail[0].msg, /48 hours/);
  assert.equal((await ask(key.text, '/v1/usage?period=90d&granularity=hour')).json.series.length, 2160);
});
