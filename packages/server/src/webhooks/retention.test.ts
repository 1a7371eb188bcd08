import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { startReceiver } from '../testing/webhook-receiver.ts';
import { sweepDeliveries } from './retention.ts';

const DAY_MS = 86_400_000;

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.1'] } });
const { db } = server.deps;
const ada = await server.person('Ada');
const key = (await ada.key()).text;
const receiver = await startReceiver({ after });
const ask = (method: string, path: string, json?: unknown) =>
  server.ask(method, `/v1/webhooks${path}`, { key, ...(json === undefined ? {} : { json }) });
const make = async (path: string) =>
  (
    await ask('POST', '/endpoints', {
      url: receiver.url + path,
      event_patterns: ['api_key.created'],
      max_retries: 0,
    })
  ).json;
const statuses = async (endpoint: { id: string }) =>
  (await ask('GET', `/deliveries?endpoint_id=${endpoint.id}`)).json.items.map(
    ({ status }: { status: string }) => status,
  );

test('deliveries are forgotten thirty days after they succeeded and ninety days after they died', async () => {
  receiver.behave = ({ path }, response) => response.writeHead(path === '/good' ? 200 : 500).end();
  const [good, bad] = [await make('/good'), await make('/bad')];
  await server.ask('POST', '/v1/api-keys/', { key, json: {} });
  await until(async () => (await statuses(good))[0] === 'succeeded' && (await statuses(bad))[0] === 'dead');
  const now = server.world.now();
  await sweepDeliveries(db, now + 29 * DAY_MS);
  assert.deepEqual([await statuses(good), await statuses(bad)], [['succeeded'], ['dead']]);
  await sweepDeliveries(db, now + 31 * DAY_MS);
  assert.deepEqual([await statuses(good), await statuses(bad)], [[], ['dead']]);
  await sweepDeliveries(db, now + 91 * DAY_MS);
  assert.deepEqual(await statuses(bad), []);
});

test('what waits for an endpoint that stays switched off is given up after three days', async () => {
  receiver.behave = (_received, response) => response.writeHead(500).end();
  const endpoint = await make('/off');
  await ask('PATCH', `/endpoints/${endpoint.id}`, { max_retries: 12 });
  await server.ask('POST', '/v1/api-keys/', { key, json: {} });
  await until(async () => (await statuses(endpoint))[0] === 'failed');
  await ask('PATCH', `/endpoints/${endpoint.id}`, { enabled: false });
  await sweepDeliveries(db, server.world.now() + 2.9 * DAY_MS);
  assert.deepEqual(await statuses(endpoint), ['failed']);
  await sweepDeliveries(db, server.world.now() + 3.1 * DAY_MS);
  assert.deepEqual(await statuses(endpoint), ['dead']);
});
