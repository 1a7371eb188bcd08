import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { after, test } from 'node:test';
import { holds, writingsOf } from '../../testing/canary.ts';
import { startServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');

const metrics = async (on = server) => {
  const answer = await on.ask('GET', '/metrics');
  assert.equal(answer.status, 200, answer.text);
  return answer;
};

/** As a browser asks a page's own host that was made to point here; fetch sets the host by itself. */
async function statusFor(host: string): Promise<number> {
  const request = get({ port: server.port, host: '127.0.0.1', path: '/metrics', headers: { host } });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode!;
}

const FORWARDED: Record<string, string>[] = [
  { 'x-forwarded-for': '127.0.0.1' },
  { 'x-forwarded-for': '203.0.113.7' },
  { forwarded: 'for=127.0.0.1' },
  { 'x-real-ip': '127.0.0.1' },
  { via: '1.1 proxy' },
  { 'x-forwarded-proto': 'https' },
];

test('a program on this machine reads counts of requests, keys, machines, limits and usage as Prometheus text', async () => {
  const key = await ada.key({ rate_limit: '2/60s,burst=2' });
  await ada
    .key({ label: 'disabled' })
    .then(({ id }) => server.ask('POST', `/app/v1/api-keys/${id}/disable`, { cookie: ada.cookie, json: {} }));
  for (let i = 0; i < 3; i++) await server.ask('GET', '/v1/vms', { key: key.text });
  const maker = await ada.key();
  await server.ask('POST', '/v1/vms', { key: maker.text, json: {} });
  await until(async () => (await metrics()).text.includes('operation="vms.create"'));
  const { text, headers } = await metrics();
  assert.match(headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
  for (const line of [
    'instavm_http_requests_total{operation="vms.list",status="2xx"} 2',
    'instavm_http_requests_total{operation="vms.list",status="4xx"} 1',
    'instavm_http_errors_total{code="rate_limit_exceeded"} 1',
    'instavm_http_request_duration_seconds_count{operation="vms.list"} 3',
    'instavm_http_request_duration_seconds_bucket{operation="vms.list",le="+Inf"} 3',
    'instavm_limiter_decisions_total{decision="refused",policy="key"} 1',
    'instavm_keys{status="disabled"} 1',
    'instavm_machines{state="active"} 1',
    'instavm_webhook_deliveries_waiting 0',
    'instavm_usage_dropped_total 0',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is missing in\n${text}`);
  }
  for (const name of [
    'instavm_usage_buffer_cells',
    'instavm_usage_flush_lag_seconds',
    'process_cpu_seconds_total',
  ]) {
    assert.match(text, new RegExp(`^${name} `, 'm'));
  }
  for (const line of text.split('\n')) {
    assert.match(line, /^(#.*|[a-z_:][a-z0-9_:]*(\{[^{}]*\})? [-+0-9.eNaInf]+|)$/i);
  }
});

test('security: what was passed on by a proxy, or is for another host, needs a key with metrics:read', async () => {
  const reader = await ada.key({ scopes: ['metrics:read'] });
  const other = await ada.key({ scopes: ['keys:read', 'usage:read'] });
  const ofEnvironment = await ada.key({ environment: 'testing' });
  const behind = await startServer({ after }, { config: { trustedProxies: ['127.0.0.0/8'] } });
  assert.equal((await behind.ask('GET', '/metrics')).status, 200, 'control: straight from here');
  for (const headers of FORWARDED) {
    const ask = (key?: string) => server.ask('GET', '/metrics', { key, headers });
    const refused = await ask();
    assert.equal(refused.status, 401, JSON.stringify(headers));
    assert.equal((await behind.ask('GET', '/metrics', { headers })).status, 401, JSON.stringify(headers));
    assert.equal((await ask(reader.text)).status, 200);
    assert.deepEqual([(await ask(other.text)).status, (await ask(ofEnvironment.text)).status], [403, 403]);
  }
  for (const [host, status] of [
    ['instavm.example.com', 401],
    ['127.0.0.1.example.com', 401],
    ['192.0.2.1:8080', 401],
    ['localhost:8080', 200],
    ['[::1]', 200],
  ] as const) {
    assert.equal(await statusFor(host), status, host);
  }
  const signedIn = await server.ask('GET', '/metrics', { cookie: ada.cookie, headers: FORWARDED[0]! });
  assert.equal(signedIn.status, 401, 'a cookie is no key');
});

test('abuse case 40: whatever is sent, the metrics hold no key, id, address or word of a tenant', async () => {
  const key = await ada.key({ label: 'canary-label', environment: 'production' });
  const { json: vm } = await server.ask('POST', '/v1/vms', {
    key: key.text,
    json: { metadata: { word: 'canary-metadata' } },
  });
  const before = (await metrics()).text.split('\n').length;
  for (const sent of [key.text, `${key.text.slice(0, -1)}x`]) {
    for (const path of ['/v1/vms', `/v1/${sent}`, `/${sent}`, `/v1/vms/${sent}`, `/app/v1/${sent}`]) {
      await server.ask('GET', path, {
        key: sent,
        headers: { 'user-agent': sent, 'x-request-id': sent, referer: `http://x/${sent}` },
      });
      await server.ask('POST', path, { key: sent, json: { label: sent, canary: 'canary-field' } });
    }
  }
  for (let i = 0; i < 200; i++)
    await server.ask('GET', `/canary-path/${i}`, { headers: { 'user-agent': `canary-${i}/1` } });
  const { text } = await metrics();
  assert.equal(holds(text, writingsOf(key.secret)), false);
  for (const word of [
    key.publicId,
    vm.vm_id,
    vm.session_id,
    'canary',
    ada.email,
    '127.0.0.1',
    'production',
  ]) {
    assert.equal(text.includes(word), false, word);
  }
  const lines = text.split('\n').length;
  assert.ok(
    lines - before < 250,
    `${before} lines became ${lines}: no path, client or key makes one of its own`,
  );
});
