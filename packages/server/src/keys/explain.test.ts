import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Operation, operations } from '@instavm/contract';
import { PRESET_NAMES, SCOPE_NAMES } from '@instavm/contract/permissions';
import fc from 'fast-check';
import { startServer, type TestKey } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const admin = await ada.key();

const explain = async (key: TestKey, json: object) =>
  server.ask('POST', `/v1/api-keys/${key.id}/explain`, { key: admin.text, json });

/** Whether the key's own request gets past every rule about keys; what it then does is another matter. */
async function isAllowed(key: TestKey, operation: Operation, scopes: readonly string[]) {
  const path = operation.path.replace(/\{path\}$/, 'x').replace(/\{\w+\}/g, '0');
  const { status, json } = await server.ask(operation.method, path, {
    key: key.text,
    // What a key may hand on is a rule about this body, so it asks for no more than its own.
    ...(operation.method === 'GET' ? {} : { json: operation.id === 'apiKeys.create' ? { scopes } : {} }),
  });
  return { allowed: status !== 401 && status !== 403, code: json?.code, path };
}

/** Those whose success would end or change the asking key itself, or needs a socket, stand aside. */
const ASKED = new Map(
  operations
    .filter(({ method, socket, credential }) => method !== 'HEAD' && !socket && credential === 'header')
    .map((operation) => [operation.id, operation] as const),
);

test('property: explain says of every key and operation what the operation itself answers', async () => {
  const settings = fc.record({
    scopes: fc.oneof<fc.Arbitrary<string[]>[]>(
      fc.constantFrom(...PRESET_NAMES).map((name) => [name]),
      fc.uniqueArray(fc.constantFrom(...SCOPE_NAMES), { minLength: 1, maxLength: 6 }),
    ),
    environment: fc.constantFrom(null, 'testing', 'production'),
    allowed_cidrs: fc.constantFrom(null, ['127.0.0.0/8'], ['192.0.2.0/24']),
    state: fc.constantFrom('live', 'live', 'live', 'disabled', 'revoked', 'expired', 'early'),
  });
  let pairs = 0;
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.uniqueArray(fc.constantFrom(...ASKED.keys()), { minLength: 6, maxLength: 6 }),
      async (given, asked) => {
        const key = await keyLike(given);
        for (const id of asked) {
          const operation = ASKED.get(id)!;
          const real = await isAllowed(key, operation, given.scopes);
          const { json } = await explain(key, {
            method: operation.method,
            path: real.path,
            address: '127.0.0.1',
          });
          const why = `${id} with ${JSON.stringify(given)}: ${JSON.stringify({ json, real })}`;
          assert.equal(json.allowed, real.allowed, why);
          if (!real.allowed) assert.equal(json.rule, real.code, why);
          pairs += 1;
        }
      },
    ),
    { numRuns: 60 },
  );
  assert.equal(pairs, 360);
});

async function keyLike({
  state,
  ...settings
}: {
  state: string;
  scopes: string[];
  environment: string | null;
  allowed_cidrs: readonly string[] | null;
}) {
  const in5Minutes = new Date(server.world.now() + 300_000).toISOString();
  const key = await ada.key({
    ...settings,
    ...(state === 'expired'
      ? { expires_at: in5Minutes }
      : state === 'early'
        ? { not_before: in5Minutes }
        : {}),
  });
  if (state === 'expired') server.world.advance(300_000);
  if (state === 'disabled') await server.ask('POST', `/v1/api-keys/${key.id}/disable`, { key: admin.text });
  if (state === 'revoked') await server.ask('DELETE', `/v1/api-keys/${key.id}`, { key: admin.text });
  return key;
}

test('explain takes a permission, an operation or a request, and says which rule decides', async () => {
  const key = await ada.key({
    scopes: ['read-only'],
    environment: 'testing',
    allowed_cidrs: ['192.0.2.0/24'],
  });
  const rule = async (json: object) => (await explain(key, json)).json.rule;
  assert.equal(await rule({ action: 'vms:read' }), 'allowed');
  assert.equal(await rule({ action: 'vms.create' }), 'permission_denied');
  assert.equal(await rule({ method: 'get', path: '/v1/vms?x=1' }), 'allowed');
  assert.equal(await rule({ action: 'vms:read', address: '192.0.2.9' }), 'allowed');
  assert.equal(await rule({ action: 'vms:read', address: '198.51.100.1' }), 'address_not_allowed');
  assert.equal(await rule({ action: 'audit:read' }), 'permission_denied');
  const ofAll = (await server.ask('POST', '/v1/vms', { key: admin.text, json: {} })).json;
  assert.equal(await rule({ action: 'vms:read', resource: ofAll.vm_id }), 'not_found');
  assert.equal((await explain(admin, { action: 'vms:read', resource: ofAll.vm_id })).json.rule, 'allowed');
});

test('explain refuses what it cannot mean, naming what was meant', async () => {
  const { json, status } = await explain(admin, { action: 'vms:reed' });
  assert.equal(status, 422);
  assert.match(json.detail[0].msg, /did you mean vms:read/);
  for (const bad of [
    {},
    { method: 'GET' },
    { action: 'vms:read', method: 'GET', path: '/x' },
    { method: 'GET', path: '/nowhere' },
    { action: 'vms:read', address: 'here' },
  ]) {
    assert.equal((await explain(admin, bad)).status, 422, JSON.stringify(bad));
  }
});

test('every operation names the permission that it needs, unless it takes no credential', () => {
  const without = operations.filter(
    ({ permission, credential }) => permission === null && credential !== 'none',
  );
  assert.deepEqual(without, []);
});
