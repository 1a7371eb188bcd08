import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { startServer } from '../../testing/server.ts';

const totals = (requests: number) => ({
  ...{ requests, errors: 2, limited: 1, bytes_in: 2048, bytes_out: 10, executions: 4, vm_seconds: 33.24 },
  latency_ms: { p50: 3.14, p95: 20, p99: 99.96 },
});
const point = (at: string, requests: number) => ({ at, ...totals(requests) });
const window = {
  ...{ period: '7d', granularity: 'hour' },
  ...{ period_start: '2027-06-01T00:00:00Z', period_end: '2027-06-08T00:00:00Z' },
};
const series = [point('2027-06-01T00:00:00Z', 0), point('2027-06-01T01:00:00Z', 8)];
const part = { subject: 'POST /v1/vms', label: null, totals: totals(5) };
const KEY_USAGE = { api_key_id: 7, ...window, totals: totals(8), series, routes: [part], clients: [] };
const USAGE = {
  by: 'key',
  ...window,
  totals: totals(8),
  series,
  parts: [{ ...part, subject: '7', label: 'ci' }],
};

const HEAD = `Period: 7d, 2027-06-01T00:00:00Z to 2027-06-08T00:00:00Z, by hour
Requests: 8, 2 errors, 1 of them over a limit
Latency: p50 3.1 ms, p95 20 ms, p99 100 ms
Data: 2.0KB in, 10B out
Executions: 4
Machine seconds: 33.2
`;

test('usage of a key has a line of bars on a terminal, and none elsewhere', async (t) => {
  const { url, seen } = await startServer(t, {
    'GET /v1/api-keys/7/usage': { status: 200, body: KEY_USAGE },
  });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  const plain = await cli(['keys', 'usage', '7', '--period', '24h'], options);
  assert.equal(seen[0]!.query, '?period=24h');
  assert.ok(plain.stdout.startsWith(`API key: 7\n${HEAD}\n  Route         Requests`), plain.stdout);
  const rich = await cli(['keys', 'usage', '7'], { ...options, tty: ['stdout'] });
  assert.match(rich.stdout, /\n {2}over time: {2}█\n/);
  assert.deepEqual(JSON.parse((await cli(['keys', 'usage', 'ci', '-j'], options)).stdout), KEY_USAGE);
});

test('usage asks for what was said and names parts by id and label', async (t) => {
  const { url, seen } = await startServer(t, { 'GET /v1/usage': { status: 200, body: USAGE } });
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  const flags = '--by vm --period 1h --environment testing --key 7 --vm vm_a'.split(' ');
  const { stdout } = await cli(['usage', ...flags], options);
  assert.equal(seen[0]!.query, '?by=vm&period=1h&environment=testing&key_id=7&vm_id=vm_a');
  assert.ok(stdout.startsWith(`${HEAD}\n  API key  Requests`), stdout);
  assert.match(stdout, / {2}7 ci {5}5 /);
});

test('a file without a format, an unknown part and an unknown period are wrong usage, before any request', async (t) => {
  const { url, seen } = await startServer(t);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  for (const flags of [
    ['--output', 'x'],
    ['--by', 'colour'],
    ['--period', '2d'],
    ['--export', 'xml'],
  ]) {
    const { code, stderr } = await cli(['usage', ...flags], options);
    assert.equal(code, 2);
    assert.equal(stderr.trimEnd().split('\n').length, 3);
  }
  assert.equal(seen.length, 0);
});
