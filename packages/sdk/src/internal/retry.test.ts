import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstaVM, type Retry } from '../index.ts';
import { type Answer, serve } from '../testing/server.ts';
import { errorOfResponse } from './error-of-response.ts';
import { retryDelayMs } from './retry.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

function answered(status: number, retryAfter: string | null = null) {
  return errorOfResponse({ status, statusText: '', headers: { get: () => retryAfter }, body: {} }, KEY);
}

test('what is tried again, and when', () => {
  const wait = (status: number, retryAfter: string | null, repeatable: boolean, attempt = 0) =>
    retryDelayMs(answered(status, retryAfter), repeatable, attempt, () => 1);
  assert.equal(wait(429, '3', false), 3500, 'over a limit nothing was done, so any request is');
  assert.equal(wait(429, null, false, 1), 1000);
  assert.equal(wait(429, '31', true), null, 'a long wait is the caller’s to decide');
  assert.equal(wait(503, '2', true), 2500);
  assert.equal(wait(503, '2', false), null, 'what may have been done is not done twice');
  for (const status of [400, 401, 403, 404, 409, 422, 500, 501]) assert.equal(wait(status, '1', true), null);
});

test('never earlier than the server allows, whatever the jitter', () => {
  for (const random of [0, 0.5, 1]) {
    assert.ok(retryDelayMs(answered(429, '3'), false, 0, () => random)! >= 3000);
  }
});

/** Serves `answers` one after the other; null ends the connection instead. */
async function inTurn(t: Parameters<typeof serve>[0], answers: (Answer | null)[], maxRetries = 2) {
  const { url, seen } = await serve(t, () => answers[seen.length - 1] ?? null, { endsUnanswered: true });
  const retries: Retry[] = [];
  const client = new InstaVM(KEY, { baseUrl: url, maxRetries, onRetry: (retry) => retries.push(retry) });
  return { client, seen, retries };
}

test('a limit that passes is waited for, and the caller is told', async (t) => {
  const limited = { status: 429, headers: { 'retry-after': '0' }, body: { detail: 'Rate limit exceeded' } };
  const { client, seen, retries } = await inTurn(t, [limited, { body: { id: 1 } }]);
  await client.sshKeys.create('ssh-ed25519 AAAA me');
  assert.equal(seen.length, 2);
  assert.deepEqual(
    retries.map(({ error, attempt }) => [error.detail, attempt]),
    [['Rate limit exceeded', 1]],
  );
});

test('a limit that stays is an error after the last attempt', async (t) => {
  const limited = { status: 429, headers: { 'retry-after': '0' } };
  const { client, seen } = await inTurn(t, [limited, limited, limited], 1);
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

test('what must not be done twice is not sent again when its answer is lost', async (t) => {
  const { client, seen } = await inTurn(t, [null, { body: {} }]);
  await assert.rejects(client.vms.create(), { code: 'connection_failed' });
  assert.equal(seen.length, 1);
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
