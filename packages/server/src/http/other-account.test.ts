import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { findAnomalyOf } from '../testing/anomaly.ts';
import { type Answer, startServer, withoutRequestId } from '../testing/server.ts';
import { joined } from '../testing/team.ts';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.1'] } });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const [adas, bobs] = [(await ada.key()).text, (await bob.key()).text];

const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH6+/NtGCAUwlsyEP7IS/wkRO7OrG74bWMKuKUzO1HlF';

async function made(path: string, json: unknown) {
  const answer = await server.ask('POST', path, { key: bobs, json });
  assert.ok(answer.status < 300, `${path} ${answer.text}`);
  return answer.json;
}

const vm = await made('/v1/vms', { memory_mb: 128, vm_lifetime_seconds: 86_400 });
const task = await made('/execute_async', { session_id: vm.session_id, command: 'print(1)' });
const endpoint = await made('/v1/webhooks/endpoints', { url: 'http://127.0.0.1:9/' });
const delivery = await made(`/v1/webhooks/endpoints/${endpoint.id}/test`, undefined);
const events = await server.ask('GET', '/v1/audit/events', { key: bobs });

/** Of each kind one that is Bob's, and one that never was. */
const IDS: Record<string, [bobs: string | number, nobodys: string | number]> = {
  'apiKeys id': [(await bob.key()).id, 987654],
  'anomalies anomaly_id': [await findAnomalyOf(server, (await bob.key()).id), 'an_0000000000000000'],
  'sshKeys id': [(await made('/v1/ssh-keys', { public_key: SSH_KEY })).id, 987654],
  'sandboxTokens vm_id': [vm.vm_id, `${vm.vm_id.slice(0, -4)}0000`],
  'vms vm_id': [vm.vm_id, `${vm.vm_id.slice(0, -4)}0000`],
  'sessions session_id': [vm.session_id, `${vm.session_id.slice(0, -4)}0000`],
  'executions task_id': [task.task_id, `${task.task_id.slice(0, -4)}0000`],
  'audit event_id': [firstId(events), 987654],
  'members person_id': [(await joined(server, bob, 'Ben', 'developer')).id, 987654],
  'invitations id': [
    (await made('/v1/invitations', { email: 'new@example.com', role: 'viewer' })).id,
    987654,
  ],
  'trustPolicies policy_id': [
    (
      await made('/v1/trust-policies', {
        ...{ name: 'ci', issuer: 'https://issuer.example.org', audience: 'here', subject: 'job' },
      })
    ).id,
    987654,
  ],
  'serviceAccounts id': [(await made('/v1/service-accounts', { name: 'ci', role: 'developer' })).id, 987654],
  'webhooks endpoint_id': [endpoint.id, `${endpoint.id.slice(0, -4)}0000`],
  'webhooks delivery_id': [delivery.id, `${delivery.id.slice(0, -4)}0000`],
};

function firstId({ json }: Answer): number {
  return (json.events ?? json.items ?? json)[0].id;
}

/** Of a path with a second id: what it is of the first one's. */
const SECOND_IDS: Record<string, string | number> = {
  'sandboxTokens token_id': (await server.ask('GET', `/v1/vms/${vm.vm_id}/tokens`, { key: bobs })).json[0].id,
};

/** A body that the operation takes, so that nothing but the id decides. */
const BODIES: Record<string, unknown> = {
  'apiKeys.update': { label: 'x' },
  'apiKeys.rotate': { policy: 'now' },
  'apiKeys.explain': { action: 'vms:read' },
  'members.update': { role: 'viewer' },
  'serviceAccounts.update': { role: 'viewer' },
  'webhooks.updateEndpoint': { enabled: false },
};

/** What differs between any two answers, the renewal of one's own session included. */
const OWN_HEADERS = new Set(['date', 'x-request-id', 'set-cookie', 'content-length']);

/** Environments have the same names in every account. */
const withId = operations.filter(
  ({ built, path }) => built && path.includes('{') && !path.endsWith('{environment}'),
);

function pathOf({ id, path }: Operation, which: 0 | 1): { path: string; id: string } {
  const name = /\{(\w+)\}/.exec(path)![1]!;
  const known = IDS[`${id.split('.')[0]} ${name}`];
  assert.ok(known, `${id}: this test knows no ${name} of ${id.split('.')[0]}; add one of Bob's`);
  const filled = path
    .replace(`{${name}}`, String(known[which]))
    .replace(/\{(\w+)\}/, (_, second) => String(SECOND_IDS[`${id.split('.')[0]} ${second}`]));
  return { path: filled, id: String(known[which]) };
}

async function call(operation: Operation, which: 0 | 1, credential: { key: string } | { cookie: string }) {
  const { path, id } = pathOf(operation, which);
  const door = 'key' in credential ? '' : '/app';
  const json = BODIES[operation.id];
  const answer = await server.ask(operation.method, door + path, {
    ...credential,
    ...(json ? { json } : {}),
  });
  const headers = [...answer.headers].filter(([name]) => !OWN_HEADERS.has(name));
  return {
    status: answer.status,
    // An answer may repeat the id that it was asked for; the two ids can be of different lengths.
    text: withoutRequestId(answer.text).replaceAll(new RegExp(`\\b${id}\\b`, 'g'), 'ID'),
    headers: JSON.stringify(headers),
  };
}

for (const operation of withId) {
  test(`abuse case 17: ${operation.id}: an id of another account and one that never was get the same bytes`, async () => {
    for (const credential of [{ key: adas }, { cookie: ada.cookie }]) {
      const others = await call(operation, 0, credential);
      assert.deepEqual(others, await call(operation, 1, credential));
      // The status of a session is 200 whether it is or not, because the agents' clients ask so.
      if (operation.id === 'sessions.status') assert.match(others.text, /"exists":false/);
      else assert.equal(others.status, 404, others.text);
    }
  });
}

test('abuse case 17: an id in a body or a query tells no more than one in a path', async () => {
  const own = await ada.key();
  const ask = (method: string, path: string, json?: unknown) =>
    server.ask(method, path, { key: adas, ...(json ? { json } : {}) });
  for (const [kind, call] of [
    ['sessions session_id', (id) => ask('POST', '/kill', { session_id: id })],
    ['sessions session_id', (id) => ask('POST', '/execute', { session_id: id, command: '1' })],
    ['sessions session_id', (id) => ask('POST', '/execute_async', { session_id: id, command: '1' })],
    ['sessions session_id', (id) => ask('POST', '/download', { session_id: id, filename: 'a' })],
    ['serviceAccounts id', (id) => ask('POST', '/v1/api-keys/', { service_account_id: id })],
    ['vms vm_id', (id) => ask('GET', `/v1/audit/events?vm_id=${id}`)],
    ['sessions session_id', (id) => ask('GET', `/v1/audit/events?session_id=${id}`)],
    [
      'vms vm_id',
      (id) => ask('POST', `/v1/api-keys/${own.id}/explain`, { action: 'vms:read', resource: String(id) }),
    ],
  ] as [string, (id: string | number) => Promise<Answer>][]) {
    const [his, nobodys] = IDS[kind]!;
    const [a, b] = [await call(his), await call(nobodys)];
    assert.deepEqual(
      [a.status, withoutRequestId(a.text).replaceAll(String(his), 'ID')],
      [b.status, withoutRequestId(b.text).replaceAll(String(nobodys), 'ID')],
      kind,
    );
    assert.ok(a.status !== 422 || kind.startsWith('serviceAccounts'), `${kind} ${a.text}`);
  }
});

test('abuse case 17: control: to Bob each of these ids is known, and one that never was is not', async () => {
  const last = [
    'trustPolicies.delete',
    'webhooks.deleteEndpoint',
    'vms.delete',
    'apiKeys.delete',
    'serviceAccounts.delete',
    'members.remove',
  ];
  const order = [...withId].sort((a, b) => last.indexOf(a.id) - last.indexOf(b.id));
  for (const operation of order) {
    const [his, nobodys] = [await call(operation, 0, { key: bobs }), await call(operation, 1, { key: bobs })];
    assert.notEqual(his.status, 404, `${operation.id} ${his.text}`);
    assert.notEqual(his.text, nobodys.text, operation.id);
  }
});
