import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstaVM, type ShortLivedKey } from '../index.ts';
import { serve } from '../testing/server.ts';
import { KeySource } from './key-source.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

/** Keys k1, k2, ... that each live for so long, at a clock that the test moves. */
function keysLasting(lifeMs: number | null) {
  const clock = { ms: 1_000_000 };
  let made = 0;
  const source = new KeySource(
    async (): Promise<ShortLivedKey> => ({
      apiKey: `k${++made}`,
      expiresAt: lifeMs === null ? null : new Date(clock.ms + lifeMs),
    }),
    () => clock.ms,
  );
  return { source, clock, made: () => made };
}

test('a key is asked for once, used until shortly before its end, and then renewed', async () => {
  const { source, clock, made } = keysLasting(3_600_000);
  assert.equal(await source.get(), 'k1');
  clock.ms += 3_600_000 - 60_001;
  assert.equal(await source.get(), 'k1');
  clock.ms += 1;
  assert.equal(await source.get(), 'k2');
  assert.equal(made(), 2);
});

test('of a key that lives shortly the last fifth is kept back', async () => {
  const { source, clock } = keysLasting(100_000);
  await source.get();
  clock.ms += 79_999;
  assert.equal(await source.get(), 'k1');
  clock.ms += 1;
  assert.equal(await source.get(), 'k2');
});

test('all requests that wait share one renewal', async () => {
  const { source, made } = keysLasting(3_600_000);
  const keys = await Promise.all(Array.from({ length: 20 }, () => source.get()));
  assert.deepEqual(new Set(keys), new Set(['k1']));
  assert.equal(made(), 1);
});

test('when a key cannot be renewed, what is still good is used; after its end the reason goes up', async () => {
  const clock = { ms: 0 };
  let fails = false;
  const source = new KeySource(
    async () => {
      if (fails) throw new Error('the issuer is away');
      return { apiKey: 'k1', expiresAt: new Date(1_000_000) };
    },
    () => clock.ms,
  );
  await source.get();
  fails = true;
  clock.ms = 999_999;
  assert.equal(await source.get(), 'k1');
  clock.ms = 1_000_000;
  await assert.rejects(source.get(), {
    name: 'AuthenticationError',
    code: 'credential_failed',
    reason: 'the issuer is away',
  });
});

test('a key whose end nobody said is renewed when the server says that it ends', async () => {
  const { source, clock } = keysLasting(null);
  assert.equal(await source.get(), 'k1');
  source.noteExpiry('another', 1);
  source.noteExpiry('k1', 600);
  clock.ms += 600_000 - 60_001;
  assert.equal(await source.get(), 'k1');
  clock.ms += 1;
  assert.equal(await source.get(), 'k2');
});

test('a key that the server refuses is replaced once in a call, and what is refused again goes up', async (t) => {
  const { url, seen } = await serve(t, ({ headers }) =>
    headers['x-api-key'] === 'k1' ? { status: 401, body: { code: 'key_expired' } } : { body: { id: 1 } },
  );
  let made = 0;
  const client = new InstaVM({ credential: async () => `k${++made}`, baseUrl: url });
  await client.users.me();
  await client.users.me();
  assert.deepEqual(
    seen.map(({ headers }) => headers['x-api-key']),
    ['k1', 'k2', 'k2'],
  );
  const stubborn = new InstaVM({ credential: async () => 'k1', baseUrl: url });
  await assert.rejects(stubborn.users.me(), { name: 'AuthenticationError', code: 'key_expired' });
  assert.equal(seen.length, 5);
});

test('a key as text is not asked for again', async (t) => {
  const { url, seen } = await serve(t, () => ({ status: 401, body: { code: 'key_expired' } }));
  await assert.rejects(new InstaVM(KEY, { baseUrl: url }).users.me(), { code: 'key_expired' });
  assert.equal(seen.length, 1);
});

test('an abort does not wait for a credential function that hangs', async () => {
  const client = new InstaVM({
    credential: () => new Promise<string>(() => {}),
    baseUrl: 'http://127.0.0.1:1',
  });
  const mine = new Error('mine');
  const abort = new AbortController();
  const call = client.users.me({ signal: abort.signal });
  abort.abort(mine);
  await assert.rejects(call, mine);
  await assert.rejects(client.users.me({ timeoutMs: 20 }), { code: 'timeout' });
});

test('an identity token is exchanged without a key, and the answer fits as a credential', async (t) => {
  const { url, seen } = await serve(t, ({ url }) =>
    url === '/oauth/token'
      ? {
          body: {
            access_token: KEY,
            issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            token_type: 'Bearer',
            expires_in: 900,
            scope: 'vms:read exec:run',
            api_key_id: 7,
          },
        }
      : { body: [] },
  );
  const exchanged = await InstaVM.exchangeToken({
    baseUrl: url,
    subjectToken: ' a.b.c\n',
    policyId: 3,
    scopes: ['vms:read', 'exec:run'],
  });
  assert.deepEqual([exchanged.apiKey, exchanged.apiKeyId], [KEY, 7]);
  assert.deepEqual(exchanged.scopes, ['vms:read', 'exec:run']);
  const lifeMs = exchanged.expiresAt.getTime() - Date.now();
  assert.ok(lifeMs > 890_000 && lifeMs <= 900_000);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(seen[0]!.body)), {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: 'a.b.c',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    scope: 'vms:read exec:run',
    policy_id: '3',
  });
  assert.equal(seen[0]!.headers['x-api-key'], undefined);
  const client = new InstaVM({
    credential: () => InstaVM.exchangeToken({ baseUrl: url, subjectToken: 'a.b.c' }),
    baseUrl: url,
  });
  await Promise.all([client.vms.list(), client.vms.list()]);
  assert.deepEqual(
    seen.slice(1).map(({ url, headers }) => [url, headers['x-api-key']]),
    [
      ['/oauth/token', undefined],
      ['/v1/vms', KEY],
      ['/v1/vms', KEY],
    ],
  );
});
