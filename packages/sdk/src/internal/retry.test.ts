import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstaVM, type InstaVMError, type InstaVMOptions, type Retry } from '../index.ts';
import { type Answer, serve } from '../testing/server.ts';
import { errorOfResponse } from './error-of-response.ts';
import { decideRetry, type RetryBounds, type RetryState } from './retry.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

function answered(status: number, retryAfter: string | null = null, code?: string) {
  const body = code ? { code } : {};
  const headers = { get: (name: string) => (name === 'retry-after' ? retryAfter : null) };
  return errorOfResponse({ status, statusText: '', headers, body }, KEY);
}

const BOUNDS = { maxRetries: 4, maxWaitMs: 60_000 };
const decide = (
  error: InstaVMError,
  state: Partial<RetryState> = {},
  random = 1,
  bounds: Partial<RetryBounds> = {},
) =>
  decideRetry(
    error,
    { attempts: 0, waitedMs: 0, repeatable: false, ...state },
    { ...BOUNDS, ...bounds },
    () => random,
  );
const waitOf = (...given: Parameters<typeof decide>) => {
  const decision = decide(...given);
  return decision.kind === 'wait' ? decision.waitMs : null;
};

test('what is tried again: over a limit anything, after a passing failure what is done once however often it is sent', () => {
  for (const repeatable of [true, false]) {
    assert.ok(waitOf(answered(429, '3'), { repeatable }));
    assert.equal(decide(answered(429, '3'), { repeatable }).kind, 'wait');
  }
  for (const status of [502, 503, 504]) {
    assert.ok(waitOf(answered(status, '2'), { repeatable: true }));
    assert.equal(waitOf(answered(status, '2')), null, 'what may have been done is not done twice');
  }
  for (const status of [400, 401, 403, 404, 409, 410, 422, 500, 501])
    assert.equal(waitOf(answered(status, '1'), { repeatable: true }), null);
});

test('a quota is waited for only where the server says when it is free again', () => {
  assert.ok(waitOf(answered(429, '5', 'quota_exceeded')));
  assert.equal(waitOf(answered(429, null, 'quota_exceeded')), null);
});

test('a request that is still carried out is asked for until its answer comes, however often', () => {
  const error = answered(409, '1', 'idempotency_key_in_use');
  assert.deepEqual(decide(error, { repeatable: true, attempts: 20 }, 0), {
    kind: 'wait',
    waitMs: 1000,
    reason: 'still_running',
  });
  assert.equal(waitOf(answered(409, '1', 'idempotency_key_in_doubt'), { repeatable: true }), null);
});

test('never earlier than the server allows, whatever the jitter', () => {
  for (const random of [0, 0.3, 1]) {
    for (const attempts of [0, 1, 2, 3]) assert.ok(waitOf(answered(429, '3'), { attempts }, random)! >= 3000);
  }
});

test('full jitter: a wait is any part of a bound that doubles', () => {
  const error = answered(503);
  const waits = (random: number) =>
    [0, 1, 2, 3].map((attempts) => waitOf(error, { attempts, repeatable: true }, random));
  assert.deepEqual(waits(0), [0, 0, 0, 0]);
  assert.deepEqual(waits(0.5), [250, 500, 1000, 2000]);
  assert.deepEqual(waits(1), [500, 1000, 2000, 4000]);
});

test('it ends after so many attempts, and all waits together stay within their bound', () => {
  assert.equal(waitOf(answered(429, '1'), { attempts: 4 }), null);
  assert.equal(waitOf(answered(429, '1'), { waitedMs: 59_000 }, 1), 1000, 'what is left bounds the jitter');
  assert.deepEqual(decide(answered(429, '2'), { waitedMs: 59_000 }), { kind: 'giveUp', tooLong: true });
  assert.deepEqual(decide(answered(429, '61')), { kind: 'giveUp', tooLong: true });
  assert.deepEqual(decide(answered(429, '1'), {}, 1, { maxWaitMs: 0 }), { kind: 'giveUp', tooLong: true });
});

/** Serves `answers` one after the other; null ends the connection instead. */
async function inTurn(
  t: Parameters<typeof serve>[0],
  answers: (Answer | null)[],
  options: InstaVMOptions = {},
) {
  const { url, seen } = await serve(t, () => answers[seen.length - 1] ?? null, { endsUnanswered: true });
  const retries: Retry[] = [];
  const onRetry = (retry: Retry) => retries.push(retry);
  const client = new InstaVM(KEY, { baseUrl: url, onRetry, ...options });
  return { client, seen, retries };
}

test('a limit that passes is waited for, and the caller is told', async (t) => {
  const limited = { status: 429, headers: { 'retry-after': '0' }, body: { detail: 'Rate limit exceeded' } };
  const { client, seen, retries } = await inTurn(t, [limited, { body: { id: 1 } }]);
  await client.sshKeys.create('ssh-ed25519 AAAA me');
  assert.equal(seen.length, 2);
  assert.deepEqual(
    retries.map(({ error, attempt, reason }) => [error.detail, attempt, reason]),
    [['Rate limit exceeded', 1, 'rate_limited']],
  );
  assert.ok(retries[0]!.waitSeconds >= 0 && retries[0]!.waitSeconds <= 0.5);
});

test('a limit that stays is an error after the last attempt', async (t) => {
  const limited = { status: 429, headers: { 'retry-after': '0' } };
  const { client, seen } = await inTurn(t, [limited, limited, limited], { maxRetries: 1 });
  await assert.rejects(client.users.me(), { name: 'RateLimitError', status: 429 });
  assert.equal(seen.length, 2);
});

test('a key whose answer was lost is asked for again with the same Idempotency-Key, another call has another', async (t) => {
  const made = { status: 201, body: { id: 1, full_key: 'x' } };
  const { client, seen } = await inTurn(t, [null, made, made]);
  assert.equal((await client.apiKeys.create({ label: 'ci' })).id, 1);
  await client.apiKeys.create({ label: 'ci' });
  const [lost, again, other] = seen.map(({ headers }) => headers['idempotency-key']);
  assert.ok(lost && lost.length >= 16);
  assert.equal(again, lost);
  assert.notEqual(other, lost);
});

test('each call that makes something has a key of its own, and a lost answer is asked for with it again', async (t) => {
  const calls: [string, (client: InstaVM) => Promise<unknown>][] = [
    ['vms', (client) => client.vms.create()],
    ['sessions', (client) => client.sessions.create()],
    ['execute', (client) => client.execute('1', { sessionId: 's' })],
    ['executeAsync', (client) => client.executeAsync('1', { sessionId: 's' })],
    ['sshKeys', (client) => client.sshKeys.create('ssh-ed25519 AAAA me')],
    ['invitations', (client) => client.invitations.create({ email: 'a@b.c', role: 'viewer' })],
    ['serviceAccounts', (client) => client.serviceAccounts.create({ name: 'ci', role: 'viewer' })],
    ['webhooks', (client) => client.webhooks.createEndpoint({ url: 'https://a.example' })],
  ];
  const keys = new Set<unknown>();
  for (const [what, call] of calls) {
    const { client, seen, retries } = await inTurn(t, [null, { body: { ok: 1 } }]);
    await call(client);
    const [lost, again] = seen.map(({ headers }) => headers['idempotency-key']);
    assert.match(String(lost), /^[0-9a-f-]{36}$/, what);
    assert.equal(again, lost, what);
    assert.equal(seen[0]!.body, seen[1]!.body, what);
    assert.equal(retries[0]!.reason, 'connection_lost');
    keys.add(lost);
  }
  assert.equal(keys.size, calls.length);
});

test('an answer that breaks off is asked for again, in whatever words a platform says that it did', async (t) => {
  const { url, seen } = await serve(t, () => ({ body: { id: 1 } }));
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"id'));
      controller.error(new TypeError('error reading a body from connection'));
    },
  });
  const firstBreaksOff: typeof fetch = (...request) =>
    retries.length === 0 ? Promise.resolve(new Response(broken)) : fetch(...request);
  const retries: Retry[] = [];
  const onRetry = (retry: Retry) => retries.push(retry);
  await new InstaVM(KEY, { baseUrl: url, fetch: firstBreaksOff, onRetry }).users.me();
  assert.deepEqual(
    retries.map(({ reason, error }) => [reason, error.reason]),
    [['connection_lost', 'error reading a body from connection']],
  );
  assert.equal(seen.length, 1);
});

test('an answer that does not end in time is not asked for again', async () => {
  const retries: Retry[] = [];
  const endless: typeof fetch = async (_url, init) => {
    const start = (controller: ReadableStreamDefaultController) =>
      init!.signal!.addEventListener('abort', () => controller.error(init!.signal!.reason));
    return new Response(new ReadableStream({ start }));
  };
  const onRetry = (retry: Retry) => retries.push(retry);
  const client = new InstaVM(KEY, { fetch: endless, timeoutMs: 20, onRetry });
  await assert.rejects(client.users.me(), { code: 'timeout' });
  assert.deepEqual(retries, []);
});

test('what must not be done twice is not sent again when its answer is lost, and the error says so', async (t) => {
  const { client, seen } = await inTurn(t, [null, { body: {} }]);
  const form = client.upload(Uint8Array.from([1]), '/tmp/a', { sessionId: 's' });
  await assert.rejects(form, { code: 'connection_failed', hint: /may have been carried out/ });
  assert.equal(seen.length, 1);
  assert.equal(seen[0]!.headers['idempotency-key'], undefined);
});

test('a wait longer than the caller allows is not waited: the error comes at once and says so', async (t) => {
  const limited = { status: 429, headers: { 'retry-after': '120' }, body: { detail: 'Rate limit exceeded' } };
  for (const [maxWaitSeconds, words] of [
    [60, /asks to wait 120 s, more than is left of the 60 s that this client waits/],
    [0, /asks to wait 120 s, this client does not wait/],
  ] as const) {
    const { client, seen, retries } = await inTurn(t, [limited], { maxWaitSeconds });
    await assert.rejects(client.users.me(), (error: InstaVMError) => {
      assert.equal(error.name, 'RateLimitError');
      assert.match(error.message, words);
      assert.match(error.hint!, words);
      assert.match(error.stack!, words);
      assert.equal(error.retryAfterSeconds, 120);
      return true;
    });
    assert.equal(seen.length, 1);
    assert.deepEqual(retries, []);
  }
});

test('a server that refuses the connection is told at once', async () => {
  const retries: Retry[] = [];
  const client = new InstaVM(KEY, { baseUrl: 'http://127.0.0.1:1', onRetry: (retry) => retries.push(retry) });
  await assert.rejects(client.users.me(), { code: 'connection_failed' });
  assert.deepEqual(retries, []);
});

test('an abort ends the wait for the next attempt', async (t) => {
  const limited = { status: 429, headers: { 'retry-after': '20' } };
  const { url } = await serve(t, () => limited);
  const abort = new AbortController();
  const client = new InstaVM(KEY, { baseUrl: url, onRetry: () => abort.abort(new Error('mine')) });
  await assert.rejects(client.users.me({ signal: abort.signal }), { message: 'mine' });
});

test('what a program may take is not used up by the wait before it', async (t) => {
  const answers = [{ status: 429, headers: { 'retry-after': '2' } }, { body: { stdout: 'ok' } }];
  const { url } = await serve(t, () => answers.shift() ?? null);
  const client = new InstaVM(KEY, { baseUrl: url });
  const short = { sessionId: 's', timeoutSeconds: -9 };
  assert.equal(
    (await client.execute('1', short)).stdout,
    'ok',
    'a second for each attempt, two for the wait',
  );
  await assert.rejects(client.execute('1', short), { code: 'timeout', detail: 'No answer within 1 s' });
});

test('waits alone can be ended, and nothing that is under way', async (t) => {
  const answers = [{ body: { id: 1 } }, { status: 429, headers: { 'retry-after': '20' } }];
  const { url } = await serve(t, () => answers.shift()!);
  const mine = new Error('mine');
  const waitSignal = AbortSignal.abort(mine);
  const client = new InstaVM(KEY, { baseUrl: url, waitSignal });
  assert.deepEqual(await client.users.me(), { id: 1 });
  await assert.rejects(client.users.me(), mine);
});

test('the seconds that a key has left are told with each answer that carries them', async (t) => {
  const { url } = await serve(t, () => ({ headers: { 'x-key-expires-in': '259200' } }));
  const told: number[] = [];
  await new InstaVM(KEY, { baseUrl: url, onKeyExpiring: (seconds) => told.push(seconds) }).users.me();
  assert.deepEqual(told, [259200]);
});

test('a leak is reported without a key of one’s own', async (t) => {
  const { url, seen } = await serve(t, () => ({ status: 202, body: { status: 'received' } }));
  for (const own of ['', KEY]) {
    const { status } = await new InstaVM(own, { baseUrl: url }).apiKeys.reportLeak('found');
    assert.equal(status, 'received');
  }
  for (const { headers, body } of seen) {
    assert.equal(headers['x-api-key'], undefined);
    assert.deepEqual(JSON.parse(body), { key: 'found' });
  }
});
