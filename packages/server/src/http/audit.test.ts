import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { findAnomalyOf } from '../testing/anomaly.ts';
import { startIssuer } from '../testing/issuer.ts';
import { type Answer, startServer, type TestKey } from '../testing/server.ts';
import { joined } from '../testing/team.ts';
import { startReceiver } from '../testing/webhook-receiver.ts';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.0/8'] } });
const receiver = await startReceiver({ after });
receiver.behave = ({ json }, response) => response.end(JSON.stringify({ challenge: json.challenge }));
const { db } = server.deps;
const ada = await server.person('Ada');
const key = await ada.key();

/** Operations that are not readings and yet change nothing of the account's: no row is due. */
const CHANGES_NOTHING: Record<string, string> = {
  'apiKeys.explain': 'it asks',
  'apiKeys.introspect': 'it asks, by POST because its body holds a key',
  'executions.start': 'the end of its program is recorded, which comes later',
  'files.upload': 'a file changes the machine alone',
  'files.download': 'it reads, by POST because the published client does',
};

const send = (method: string, path: string, json?: unknown) =>
  server.ask(method, path, { key: key.text, ...(json ? { json } : {}) });
const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH6+/NtGCAUwlsyEP7IS/wkRO7OrG74bWMKuKUzO1HlF';

interface Case {
  /** Makes what the operation needs and gives the call itself, so that only that is counted. */
  prepare(): Promise<() => Promise<Answer>>;
  /** By their names. */
  events: string[];
  /** Who it was, when it was not Ada's key. */
  actor?: { type: string; id: string; accountId: number };
}

const closer = await server.person('Closer');
const closersKey = await closer.key();
let serial = 0;
const keyAct = (
  act: string,
  events: string[],
  before: (made: TestKey) => Promise<unknown> = async () => {},
) => ({
  async prepare() {
    const made = await ada.key();
    await before(made);
    return () => send('POST', `/v1/api-keys/${made.id}/${act}`, act === 'rotate' ? {} : undefined);
  },
  events,
});
const anomalyAct = (act: string, events: string[]) => ({
  async prepare() {
    const id = await findAnomalyOf(server, (await ada.key()).id);
    return () => send('POST', `/v1/anomalies/${id}/${act}`);
  },
  events,
});
const memberAct = (method: string, act: string, events: string[], json?: unknown) => ({
  async prepare() {
    const { id } = await joined(server, ada, `Member${++serial}`, 'developer');
    if (act === '/resume') await send('POST', `/v1/members/${id}/suspend`);
    return () => send(method, `/v1/members/${id}${act}`, json);
  },
  events,
});
const serviceAct = (method: string, act: string, events: string[], json?: unknown) => ({
  async prepare() {
    const made = await send('POST', '/v1/service-accounts', { name: `ci ${++serial}`, role: 'developer' });
    if (act === '/resume') await send('POST', `/v1/service-accounts/${made.json.id}/suspend`);
    return () => send(method, `/v1/service-accounts/${made.json.id}${act}`, json);
  },
  events,
});
const invite = () => send('POST', '/v1/invitations', { email: `new${++serial}@example.com`, role: 'viewer' });

const issuer = await startIssuer({ after });
const trust = () =>
  send('POST', '/v1/trust-policies', {
    ...{ name: `job ${++serial}`, subject: `job ${serial}` },
    ...{ issuer: issuer.url, audience: 'here', scopes: ['vms:read'] },
  });

const newEndpoint = () => send('POST', '/v1/webhooks/endpoints', { url: receiver.url });
const endpointAct = (method: string, act: string, events: string[], json?: unknown) => ({
  async prepare() {
    const made = await newEndpoint();
    return () => send(method, `/v1/webhooks/endpoints/${made.json.id}${act}`, json);
  },
  events,
});

/** How to carry out each mutating operation once. A new one has no place here yet: that fails below. */
const CASES: Record<string, Case> = {
  'apiKeys.create': {
    prepare: async () => () => send('POST', '/v1/api-keys/', {}),
    events: ['api_key.created'],
  },
  'apiKeys.update': {
    async prepare() {
      const { id } = await ada.key();
      return () => send('PATCH', `/v1/api-keys/${id}`, { label: 'x' });
    },
    events: ['api_key.updated'],
  },
  'apiKeys.delete': {
    async prepare() {
      const { id } = await ada.key();
      return () => send('DELETE', `/v1/api-keys/${id}`);
    },
    events: ['api_key.revoked'],
  },
  'apiKeys.rotate': keyAct('rotate', ['api_key.created', 'api_key.rotated']),
  'apiKeys.undoRotation': keyAct('rotate/undo', ['api_key.revoked', 'api_key.rotation_undone'], (made) =>
    send('POST', `/v1/api-keys/${made.id}/rotate`, {}),
  ),
  'apiKeys.disable': keyAct('disable', ['api_key.disabled']),
  'apiKeys.enable': keyAct('enable', ['api_key.enabled'], (made) =>
    send('POST', `/v1/api-keys/${made.id}/disable`),
  ),
  'apiKeys.reportLeak': {
    async prepare() {
      const made = await ada.key();
      return () => server.ask('POST', '/v1/api-keys/report-leak', { json: { key: made.text } });
    },
    events: ['api_key.leaked'],
    actor: { type: 'system', id: 'leak-report', accountId: ada.accountId },
  },
  'anomalies.quiet': anomalyAct('quiet', ['api_key.anomaly_quieted']),
  'anomalies.resolve': anomalyAct('resolve', ['api_key.anomaly_resolved']),
  'accounts.update': {
    prepare: async () => () => send('PATCH', '/v1/account', { name: 'Team' }),
    events: ['account.updated'],
  },
  'accounts.updateEnvironment': {
    prepare: async () => () =>
      send('PATCH', '/v1/account/environments/testing', { machine_lifetime_seconds: 400 }),
    events: ['account.environment_updated'],
  },
  'accounts.close': {
    prepare: async () => () =>
      server.ask('DELETE', '/v1/account', { key: closersKey.text, json: { name: 'Closer' } }),
    events: ['account.closed', 'api_key.revoked'],
    actor: { type: 'api_key', id: String(closersKey.id), accountId: closer.accountId },
  },
  'members.update': memberAct('PATCH', '', ['member.updated'], { role: 'viewer' }),
  'members.remove': memberAct('DELETE', '', ['member.removed']),
  'members.suspend': memberAct('POST', '/suspend', ['member.suspended']),
  'members.resume': memberAct('POST', '/resume', ['member.restored']),
  'members.endSessions': memberAct('DELETE', '/sessions', ['member.sessions_ended']),
  'invitations.create': { prepare: async () => invite, events: ['invitation.created'] },
  'invitations.revoke': {
    async prepare() {
      const { json } = await invite();
      return () => send('DELETE', `/v1/invitations/${json.id}`);
    },
    events: ['invitation.revoked'],
  },
  'serviceAccounts.create': {
    prepare: async () => () =>
      send('POST', '/v1/service-accounts', { name: `ci ${++serial}`, role: 'developer' }),
    events: ['service_account.created'],
  },
  'serviceAccounts.update': serviceAct('PATCH', '', ['service_account.updated'], { role: 'viewer' }),
  'serviceAccounts.delete': serviceAct('DELETE', '', ['service_account.deleted']),
  'serviceAccounts.suspend': serviceAct('POST', '/suspend', ['service_account.suspended']),
  'serviceAccounts.resume': serviceAct('POST', '/resume', ['service_account.restored']),
  'trustPolicies.create': {
    prepare: async () => trust,
    events: ['trust_policy.created'],
  },
  'trustPolicies.delete': {
    async prepare() {
      const { json } = await trust();
      return () => send('DELETE', `/v1/trust-policies/${json.id}`);
    },
    events: ['trust_policy.deleted'],
  },
  'oauth.token': {
    async prepare() {
      const { json } = await trust();
      const nowSeconds = Math.floor(server.world.now() / 1000);
      const token = await issuer.sign({
        ...{ iss: issuer.url, aud: 'here', sub: `job ${serial}` },
        ...{ iat: nowSeconds, exp: nowSeconds + 300 },
      });
      const body = new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: token,
        policy_id: json.id,
      });
      return () => server.ask('POST', '/oauth/token', { body });
    },
    events: ['api_key.created'],
    actor: { type: 'system', id: 'token-exchange', accountId: ada.accountId },
  },
  'sandboxTokens.create': {
    async prepare() {
      const { json } = await send('POST', '/v1/vms', {});
      return () => send('POST', `/v1/vms/${json.vm_id}/tokens`, {});
    },
    events: ['sandbox_token.created'],
  },
  'sandboxTokens.revoke': {
    async prepare() {
      const { json: vm } = await send('POST', '/v1/vms', {});
      const { json } = await send('POST', `/v1/vms/${vm.vm_id}/tokens`, {});
      return () => send('DELETE', `/v1/vms/${vm.vm_id}/tokens/${json.id}`);
    },
    events: ['sandbox_token.revoked'],
  },
  'sshKeys.create': {
    prepare: async () => () => send('POST', '/v1/ssh-keys', { public_key: SSH_KEY }),
    events: ['ssh_key.added'],
  },
  'sshKeys.delete': {
    async prepare() {
      const { json } = await send('POST', '/v1/ssh-keys', { public_key: SSH_KEY });
      return () => send('DELETE', `/v1/ssh-keys/${json.id}`);
    },
    events: ['ssh_key.removed'],
  },
  'vms.create': {
    prepare: async () => () => send('POST', '/v1/vms', {}),
    events: ['sandbox_token.created', 'session.started', 'vm.created'],
  },
  'vms.delete': {
    async prepare() {
      const { json } = await send('POST', '/v1/vms', {});
      return () => send('DELETE', `/v1/vms/${json.vm_id}`);
    },
    events: ['session.ended', 'vm.terminated'],
  },
  'sessions.create': {
    prepare: async () => () => send('POST', '/v1/sessions/session', { api_key: key.text }),
    events: ['sandbox_token.created', 'session.started', 'vm.created'],
  },
  'sessions.renew': {
    async prepare() {
      const { json } = await send('POST', '/v1/vms', {});
      return () => send('POST', `/v1/sessions/session/${json.session_id}/renew`);
    },
    events: ['session.renewed'],
  },
  'executions.run': {
    async prepare() {
      const { json } = await send('POST', '/v1/vms', {});
      return () => send('POST', '/execute', { session_id: json.session_id, command: 'print(1)' });
    },
    events: ['execution.completed'],
  },
  'sessions.kill': {
    async prepare() {
      const { json } = await send('POST', '/v1/vms', {});
      return () => send('POST', '/kill', { session_id: json.session_id });
    },
    events: ['session.ended', 'vm.terminated'],
  },
  'webhooks.createEndpoint': { prepare: async () => newEndpoint, events: ['webhook_endpoint.created'] },
  'webhooks.updateEndpoint': endpointAct('PATCH', '', ['webhook_endpoint.updated'], { timeout_seconds: 3 }),
  'webhooks.deleteEndpoint': endpointAct('DELETE', '', ['webhook_endpoint.deleted']),
  'webhooks.rotateSecret': endpointAct('POST', '/rotate-secret', ['webhook_endpoint.secret_rotated']),
  'webhooks.sendTestEvent': endpointAct('POST', '/test', ['webhook_endpoint.tested']),
  'webhooks.verifyEndpoint': endpointAct('POST', '/verify', ['webhook_endpoint.verified']),
  'webhooks.replayDelivery': {
    async prepare() {
      const made = await newEndpoint();
      const { json } = await send('POST', `/v1/webhooks/endpoints/${made.json.id}/test`);
      return () => send('POST', `/v1/webhooks/deliveries/${json.id}/replay`);
    },
    events: ['webhook_endpoint.replayed'],
  },
};

const isMutating = ({ method, built }: Operation) => built && !['GET', 'HEAD', 'OPTIONS'].includes(method);

async function lastSeq(): Promise<number> {
  return (await db.selectFrom('feed_head').select('seq').executeTakeFirstOrThrow()).seq;
}

const rowsAfter = async (seq: number) => ({
  changes: await db.selectFrom('change').selectAll().where('seq', '>', seq).orderBy('seq').execute(),
  events: await db.selectFrom('audit_event').selectAll().where('seq', '>', seq).orderBy('seq').execute(),
});

test('every operation that changes something is in this test or in its list of exceptions', () => {
  const ids = operations.filter(isMutating).map(({ id }) => id);
  assert.deepEqual(ids.toSorted(), [...Object.keys(CASES), ...Object.keys(CHANGES_NOTHING)].toSorted());
});

for (const [id, { prepare, events, actor }] of Object.entries(CASES)) {
  test(`${id} leaves for each change an audit row and a change row with the next number`, async () => {
    const by = actor ?? { type: 'api_key', id: String(key.id), accountId: ada.accountId };
    const act = await prepare();
    const before = await lastSeq();
    const answer = await act();
    assert.ok(answer.status < 300, answer.text);
    const rows = await rowsAfter(before);
    assert.deepEqual(rows.events.map((row) => row.event_type).toSorted(), events);
    assert.deepEqual(
      rows.changes.map(({ seq, kind, account_id, subject }) => [seq, kind, account_id, subject]),
      rows.events.map(({ event_type, resource_id }, n) => [
        before + 1 + n,
        event_type,
        by.accountId,
        resource_id,
      ]),
    );
    for (const [n, row] of rows.events.entries()) {
      assert.deepEqual(
        [row.seq, row.actor_type, row.actor_id, row.address, row.account_id, row.status],
        [before + 1 + n, by.type, by.id, '127.0.0.1', by.accountId, 'success'],
      );
      assert.equal(row.request_id, answer.headers.get('x-request-id'));
      assert.equal(row.payload.includes(key.secret), false);
    }
  });
}

test('what changed nothing leaves no row: refused, not found, invalid, done before', async () => {
  const revoked = await ada.key();
  await send('DELETE', `/v1/api-keys/${revoked.id}`);
  const reader = await ada.key({ scopes: ['read-only'] });
  const vm = (await send('POST', '/v1/vms', {})).json;
  await send('DELETE', `/v1/vms/${vm.vm_id}`);
  const before = await lastSeq();
  for (const [answer, status] of [
    [await send('DELETE', `/v1/api-keys/${revoked.id}`), 200],
    [await send('DELETE', `/v1/vms/${vm.vm_id}`), 200],
    [await send('POST', '/kill', { session_id: vm.session_id }), 200],
    [await send('DELETE', '/v1/api-keys/999999'), 404],
    [await send('POST', '/v1/api-keys/', { none: 1 }), 422],
    [await server.ask('POST', '/v1/api-keys/', { key: reader.text, json: {} }), 403],
    [await server.ask('POST', '/v1/api-keys/', { json: {} }), 401],
    [await server.ask('POST', '/v1/api-keys/', { key: revoked.text, json: {} }), 401],
  ] as const) {
    assert.equal(answer.status, status, answer.text);
  }
  const { events } = await rowsAfter(before);
  assert.deepEqual(
    events.filter(({ event_type }) => event_type !== 'auth.refused'),
    [],
  );
});

test('a person who acts by the dashboard is the actor of the row', async () => {
  const before = await lastSeq();
  await server.ask('POST', '/app/v1/api-keys/', { cookie: ada.cookie, json: {} });
  const { events } = await rowsAfter(before);
  assert.deepEqual([events[0]?.actor_type, events[0]?.actor_id], ['person', String(ada.id)]);
});

test('the numbers of the feed have no gap and no double, also under load', async () => {
  const before = await lastSeq();
  await Promise.all(Array.from({ length: 30 }, () => send('POST', '/v1/api-keys/', {})));
  const { changes, events } = await rowsAfter(before);
  assert.ok(changes.length >= 30, 'what the server does by itself may come between');
  const expected = Array.from({ length: changes.length }, (_, n) => before + 1 + n);
  assert.deepEqual(
    changes.map(({ seq }) => seq),
    expected,
  );
  assert.deepEqual(
    events.map(({ seq }) => seq),
    expected,
  );
});
