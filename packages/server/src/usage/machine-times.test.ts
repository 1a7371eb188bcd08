import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer, type TestKey } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const all = await ada.key();

interface Made {
  vm_id: string;
  session_id: string;
}

async function makeVm(key: TestKey, fields: object = {}): Promise<Made> {
  const { status, json, text } = await server.ask('POST', '/v1/vms', {
    key: key.text,
    json: { vm_lifetime_seconds: 3600, ...fields },
  });
  assert.equal(status, 201, text);
  return json;
}

const get = async (path: string, key = all) => (await server.ask('GET', path, { key: key.text })).json;

/** Real time passes beside the one that the test moves. */
function about(actual: number, wanted: number): void {
  assert.ok(actual >= wanted && actual < wanted + 30, `${actual} is not about ${wanted}`);
}

test('seconds of machines are those of their rows: running ones up to now, ended ones up to their end, in every step', async () => {
  const key = await ada.key({ label: 'maker', environment: 'testing' });
  const first = await makeVm(key);
  server.world.advance(600_000);
  const usage = () => get(`/v1/api-keys/${key.id}/usage?period=24h`);
  about((await usage()).totals.vm_seconds, 600);
  assert.notEqual((await usage()).totals.vm_seconds % 1, 0, 'nothing is rounded');
  const second = await makeVm(key);
  server.world.advance(300_000);
  about((await usage()).totals.vm_seconds, 1200);
  await server.ask('DELETE', `/v1/vms/${first.vm_id}`, { key: key.text });
  about((await usage()).totals.vm_seconds, 1200);
  server.world.advance(3_600_000);
  await server.ask('DELETE', `/v1/vms/${second.vm_id}`, { key: key.text });
  // The second one lived its lifetime and no longer, however late it was ended.
  const wanted = 900 + 3600;
  for (const query of [
    'period=24h',
    'period=24h&granularity=minute',
    'period=7d&granularity=day',
    'period=7d',
    'period=1y',
  ]) {
    const { totals, series } = await get(`/v1/api-keys/${key.id}/usage?${query}`);
    about(totals.vm_seconds, wanted);
    const sum = series.reduce(
      (seconds: number, step: { vm_seconds: number }) => seconds + step.vm_seconds,
      0,
    );
    assert.ok(Math.abs(sum - totals.vm_seconds) < 1e-6, query);
    for (const { vm_seconds: seconds } of series)
      if (query.includes('minute')) assert.ok(seconds <= 120, 'two machines have two minutes in one');
  }
  for (const [by, subject] of [
    ['key', String(key.id)],
    ['environment', 'testing'],
  ]) {
    for (const period of ['24h', '1y']) {
      const { parts } = await get(`/v1/usage?by=${by}&period=${period}`);
      about(parts.find((part: { subject: string }) => part.subject === subject).totals.vm_seconds, wanted);
    }
  }
  const { parts } = await get('/v1/usage?by=vm&period=24h');
  const seconds = Object.fromEntries(
    parts.map((part: { subject: string; totals: { vm_seconds: number } }) => [
      part.subject,
      part.totals.vm_seconds,
    ]),
  );
  about(seconds[first.vm_id], 900);
  about(seconds[second.vm_id], 3600);
  const one = await get(`/v1/usage?by=vm&vm_id=${first.vm_id}&period=24h`);
  about(one.totals.vm_seconds, 900);
});

test('usage by day: every day of the period, at the rates of the operator, running machines included', async () => {
  const zoe = await server.person('Zoe');
  const [key, production] = [await zoe.key(), await zoe.key({ environment: 'production' })];
  await makeVm(key, { memory_mb: 512, vcpu_count: 2 });
  await makeVm(production, { memory_mb: 1024 });
  server.world.advance(1_800_000);
  const path = '/v1/users/me/usage-breakdown';
  const all = await get(path, key);
  assert.equal(all.total_days, 30);
  assert.equal(all.daily_breakdown.length, 30);
  const today = new Date(server.world.now()).toISOString().slice(0, 10);
  assert.equal(all.daily_breakdown.at(-1).date, today);
  assert.equal(all.period_start, `${all.daily_breakdown[0].date}T00:00:00.000Z`);
  assert.ok(all.totals.cpu_hours >= 1.5 && all.totals.cpu_hours < 1.6);
  assert.ok(all.totals.ram_gib_hours >= 0.75 && all.totals.ram_gib_hours < 0.8);
  assert.equal(all.totals.cost_dollars, 0, 'nothing costs anything until there are rates');
  const sum = all.daily_breakdown.reduce(
    (hours: number, day: { cpu_hours: number }) => hours + day.cpu_hours,
    0,
  );
  assert.ok(Math.abs(sum - all.totals.cpu_hours) < 1e-9);
  const its = await get(path, production);
  assert.ok(
    its.totals.cpu_hours >= 0.5 && its.totals.cpu_hours < 0.55,
    'a key of an environment sees its own',
  );

  const year = await get(`${path}?days=365`, key);
  assert.equal(year.daily_breakdown.length, 365);
  const dates = await get(`${path}?days=30&start_date=2030-02-27&end_date=2030-03-02T08:00:00Z`, key);
  assert.deepEqual(
    dates.daily_breakdown.map(({ date }: { date: string }) => date),
    ['2030-02-27', '2030-02-28', '2030-03-01', '2030-03-02'],
  );
  for (const [query, field, words] of [
    ['start_date=2030-02-02&end_date=2030-02-01', 'start_date', /after end_date/],
    ['start_date=2029-01-01&end_date=2030-01-01', 'start_date', /366 days; at most 365/],
    ['start_date=2030-02-30', 'start_date', /calendar/],
    ['start_date=2999-01-01', 'start_date', /after today/],
    ['end_date=yesterday', 'end_date', /not a date/],
    ['days=0', 'days', /less than 1/],
    ['days=366', 'days', /more than 365/],
  ] as const) {
    const refused = await server.ask('GET', `${path}?${query}`, { key: key.text });
    assert.equal(refused.status, 422, query);
    assert.deepEqual(refused.json.detail[0].loc, ['query', field]);
    assert.match(refused.json.detail[0].msg, words);
  }
});

test('usage of a session: its machine and what was asked of it, while it runs and when it has ended', async () => {
  const key = await ada.key({ environment: 'development' });
  const { vm_id: vmId, session_id: sessionId } = await makeVm(key, { vcpu_count: 2 });
  const run = { command: 'echo 1', session_id: sessionId };
  for (let i = 0; i < 2; i++) await server.ask('POST', '/execute', { key: key.text, json: run });
  server.world.advance(100_000);
  const path = `/v1/sessions/usage/${sessionId}`;
  const live = await get(path, key);
  assert.deepEqual([live.session_id, live.vm_id, live.ended_at], [sessionId, vmId, null]);
  about(live.vm_seconds, 100);
  assert.equal(live.cpu_hours, (live.vm_seconds * 2) / 3600);
  assert.equal(live.executions, 2);
  assert.ok(live.requests >= 2 && live.bytes_in > 0 && live.bytes_out > 0);
  await server.ask('POST', '/kill', { key: key.text, json: { session_id: sessionId } });
  server.world.advance(100_000);
  const ended = await get(path, key);
  assert.notEqual(ended.ended_at, null);
  about(ended.vm_seconds, 100);
  assert.equal(ended.executions, 2);
  const foreign = await ada.key({ environment: 'production' });
  const none = '00000000-0000-4000-8000-000000000000';
  for (const [other, id] of [
    [foreign, sessionId],
    [key, none],
  ] as const) {
    const { status, json } = await server.ask('GET', `/v1/sessions/usage/${id}`, { key: other.text });
    assert.deepEqual([status, json.code], [404, 'session_not_found']);
  }
});

test('abuse case 39: an export is one line for each part and step, and no label of it is a formula', async () => {
  const key = await ada.key({ label: '=1+1' });
  await makeVm(key);
  server.world.advance(60_000);
  const path = '/v1/usage/export?by=key&period=24h';
  const read = async (query = '') => server.ask('GET', path + query, { key: all.text });
  const json = await read();
  assert.match(json.headers.get('content-type')!, /^application\/x-ndjson/);
  assert.match(json.headers.get('content-disposition')!, /instavm-usage\.jsonl/);
  const rows = json.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const mine = rows.filter(({ subject }: { subject: string }) => subject === String(key.id));
  assert.equal(mine[0].label, '=1+1');
  about(
    mine.reduce((seconds: number, row: { vm_seconds: number }) => seconds + row.vm_seconds, 0),
    60,
  );
  const csv = await read(`&format=csv&key_id=${key.id}`);
  assert.match(csv.headers.get('content-disposition')!, /instavm-usage\.csv/);
  const [head, line] = csv.text.split('\r\n');
  assert.equal(
    head,
    'at,subject,label,requests,errors,limited,bytes_in,bytes_out,latency_ms_p50,latency_ms_p95,latency_ms_p99,executions,vm_seconds',
  );
  assert.match(line!, new RegExp(`^\\d{4}-.*,${key.id},'=1\\+1,`));
});
