import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { type Answer, startServer } from '../testing/server.ts';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.1'] } });
const { db } = server.deps;
const ada = await server.person('Ada');
const key = await ada.key();
const send = (method: string, path: string, json?: unknown, idempotencyKey?: string): Promise<Answer> =>
  server.ask(method, path, {
    key: key.text,
    ...(json === undefined ? {} : { json }),
    ...(idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } }),
  });

let serial = 0;
const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH6+/NtGCAUwlsyEP7IS/wkRO7OrG74bWMKuKUzO1HlF';
const newKey = async () => (await ada.key()).id;
/** Nobody listens there. */
const newEndpoint = async () =>
  (await send('POST', '/v1/webhooks/endpoints', { url: 'http://127.0.0.1:9/' })).json.id;
const newVm = async () => (await send('POST', '/v1/vms', {})).json.vm_id;
const newSession = async () => (await send('POST', '/v1/vms', {})).json.session_id;

/** What each operation is asked; path parameters are filled in from `params`. */
const REQUESTS: Record<string, () => Promise<{ params?: Record<string, string | number>; json: unknown }>> = {
  'sessions.create': async () => ({ json: { api_key: key.text } }),
  'vms.create': async () => ({ json: { memory_mb: 128 } }),
  'executions.run': async () => ({ json: { session_id: await newSession(), command: 'print(1)' } }),
  'executions.start': async () => ({ json: { session_id: await newSession(), command: 'print(1)' } }),
  'apiKeys.create': async () => ({ json: { label: `key ${++serial}` } }),
  'apiKeys.rotate': async () => ({ params: { id: await newKey() }, json: { policy: 'now' } }),
  'sshKeys.create': async () => ({ json: { public_key: SSH_KEY } }),
  'invitations.create': async () => ({ json: { email: `new${++serial}@example.com`, role: 'viewer' } }),
  'serviceAccounts.create': async () => ({ json: { name: `ci ${++serial}`, role: 'developer' } }),
  'sandboxTokens.create': async () => ({ params: { vm_id: await newVm() }, json: {} }),
  'trustPolicies.create': async () => ({
    json: { name: `ci ${++serial}`, issuer: 'https://issuer.example', audience: 'me', subject: 'a:b:c' },
  }),
  'webhooks.createEndpoint': async () => ({ json: { url: 'http://127.0.0.1:9/' } }),
  'webhooks.rotateSecret': async () => ({ params: { endpoint_id: await newEndpoint() }, json: undefined }),
  'webhooks.sendTestEvent': async () => ({ params: { endpoint_id: await newEndpoint() }, json: undefined }),
  'webhooks.replayDelivery': async () => {
    const { json } = await send('POST', `/v1/webhooks/endpoints/${await newEndpoint()}/test`);
    return { params: { delivery_id: json.id }, json: undefined };
  },
};

/** Operations by POST that take no Idempotency-Key, each with its reason. */
const NOT_REPEATABLE: Record<string, string> = {
  'sessions.kill': 'done twice it is done once',
  'sessions.renew': 'it makes nothing; done twice the end is that of the second',
  'oauth.token': 'nobody is known to ask; done twice it gives two keys that end soon',
  'files.upload': 'done twice the file is there once; a body that is a stream is not compared',
  'files.download': 'it reads, by POST because the published client does',
  'apiKeys.reportLeak': 'done twice it is done once, and nobody is known to ask',
  'apiKeys.introspect': 'it asks, by POST because its body holds a key',
  'apiKeys.explain': 'it asks',
  'apiKeys.undoRotation': 'it makes nothing; done twice the second says that it was done',
  'apiKeys.disable': 'done twice it is done once',
  'apiKeys.enable': 'done twice it is done once',
  'anomalies.quiet': 'done twice it is done once',
  'anomalies.resolve': 'done twice it is done once',
  'members.suspend': 'done twice it is done once',
  'members.resume': 'done twice it is done once',
  'serviceAccounts.suspend': 'done twice it is done once',
  'serviceAccounts.resume': 'done twice it is done once',
  'webhooks.verifyEndpoint': 'it asks the receiver each time',
};

const built = operations.filter((operation) => operation.built);

test('every operation that makes something takes an Idempotency-Key, or its exception has a reason', () => {
  const posts = built.filter(({ method, isRepeatable }) => method === 'POST' && !isRepeatable);
  assert.deepEqual(posts.map(({ id }) => id).toSorted(), Object.keys(NOT_REPEATABLE).toSorted());
  const repeatable = built.filter(({ isRepeatable }) => isRepeatable);
  assert.deepEqual(repeatable.map(({ id }) => id).toSorted(), Object.keys(REQUESTS).toSorted());
  assert.deepEqual(new Set(repeatable.map(({ method }) => method)), new Set(['POST']));
});

/** What programs did is written when they end, whoever asks meanwhile. */
const eventCount = async () =>
  (
    await db
      .selectFrom('audit_event')
      .select('seq')
      .where('event_type', '!=', 'execution.completed')
      .execute()
  ).length;

function pathOf({ path }: Operation, params: Record<string, string | number> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name]));
}

for (const [id, request] of Object.entries(REQUESTS)) {
  const operation = operations.find((entry) => entry.id === id)!;
  test(`${id}: repeated with its Idempotency-Key it does nothing and gives the same answer, marked as such`, async () => {
    const { params, json } = await request();
    const ask = (name: string) => send(operation.method, pathOf(operation, params), json, name);
    const first = await ask(`once-${id}`);
    assert.equal(first.status, operation.response!.status, first.text);
    assert.equal(first.headers.get('idempotency-replayed'), null);
    const before = await eventCount();
    const again = await ask(`once-${id}`);
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [first.status, 'true']);
    assert.equal(again.text, first.text);
    assert.equal(again.headers.get('content-type'), first.headers.get('content-type'));
    assert.equal(await eventCount(), before, 'nothing was done');
    const other = await ask(`another-${id}`);
    assert.equal(other.headers.get('idempotency-replayed'), null, 'control: another key, another request');
  });
}
