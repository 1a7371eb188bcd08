import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { mintKey } from '@instavm/keyformat';
import * as sdk from '../index.ts';
import { type Answer, serve } from '../testing/server.ts';

const KEY = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

async function failure(t: Parameters<typeof serve>[0], answer: Answer, key = KEY): Promise<sdk.InstaVMError> {
  const { url } = await serve(t, () => answer);
  const error = await new sdk.InstaVM(key, { baseUrl: url, maxRetries: 0 }).vms.list().then(
    () => null,
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof sdk.InstaVMError);
  return error;
}

test('each status has its class, all under one root, with status, code and request id', async (t) => {
  const table = [
    [400, 'malformed_json', sdk.InstaVMError],
    [401, 'key_revoked', sdk.AuthenticationError],
    [403, 'permission_denied', sdk.ForbiddenError],
    [404, 'vm_not_found', sdk.NotFoundError],
    [404, 'session_not_found', sdk.SessionError],
    [409, 'label_taken', sdk.ConflictError],
    [410, 'session_expired', sdk.SessionError],
    [422, 'validation_failed', sdk.ValidationError],
    [429, 'rate_limit_exceeded', sdk.RateLimitError],
    [429, 'quota_exceeded', sdk.QuotaExceededError],
    [501, 'not_built', sdk.ServerError],
    [503, 'engine_not_ready', sdk.NetworkError],
  ] as const;
  for (const [status, code, Class] of table) {
    const error = await failure(t, { status, body: { code, detail: 'So it is', request_id: 'req-1' } });
    assert.ok(error instanceof Class, code);
    assert.equal(error.name, Class === sdk.NetworkError ? 'ServerError' : Class.name);
    assert.deepEqual([error.status, error.code, error.requestId], [status, code, 'req-1']);
    assert.ok(error.hint, `${code} says what to do`);
  }
});

test('a refused key is told apart offline: what is wrong with its text, never the text', async (t) => {
  const body = { code: 'invalid_api_key', detail: 'Invalid API key or session expired' };
  const error = await failure(t, { status: 401, body }, KEY.slice(0, 40));
  assert.equal(error.detail, 'Invalid API key or session expired');
  assert.equal(error.reason, 'truncated: 40 of 61 characters');
  assert.match(error.message, /^Invalid API key or session expired \(truncated: 40 of 61 characters\)\. /);
  assert.doesNotMatch(JSON.stringify(error) + error.message + error.stack, /0123456789AB0123/);
});

test('a key that cannot be a header, or none, fails without a request and without showing it', async (t) => {
  const { url, seen } = await serve(t, () => ({}));
  for (const key of ['', `${KEY.slice(0, 23)}…`, `${KEY}\n${KEY}`]) {
    const client = new sdk.InstaVM(key, { baseUrl: url });
    await assert.rejects(client.users.me(), (error: Error) => {
      assert.ok(error instanceof sdk.AuthenticationError);
      assert.doesNotMatch(error.message, /0123456789/);
      return true;
    });
  }
  assert.equal(seen.length, 0);
});

test('the fixed sentences stand also where a proxy answered without a body', async (t) => {
  for (const [status, Class, detail] of [
    [401, sdk.AuthenticationError, 'Invalid API key or session expired'],
    [429, sdk.RateLimitError, 'Rate limit exceeded'],
  ] as const) {
    const error = await failure(t, { status, body: '' });
    assert.ok(error instanceof Class);
    assert.equal(error.detail, detail);
  }
});

test('each slip in a key has its words beside the exact text of the 401', async (t) => {
  const body = { code: 'invalid_api_key', detail: 'Invalid API key or session expired' };
  for (const [key, words] of [
    [KEY.slice(0, 40), 'truncated: 40 of 61 characters'],
    [`${KEY.slice(0, 30)}x${KEY.slice(31)}`, 'one character is wrong: character 31 of 61'],
    [`"${KEY}"`, 'quotes around it'],
    ['instavm_st_abc', 'a sandbox token, not an API key'],
    ['ghp_abc', 'this is not an InstaVM key: it looks like a GitHub token'],
  ] as const) {
    const error = await failure(t, { status: 401, body }, key);
    assert.deepEqual(
      [error.name, error.detail, error.reason],
      ['AuthenticationError', 'Invalid API key or session expired', words],
    );
  }
});

test('an older key that the server knew is not called truncated', async (t) => {
  const body = { code: 'key_expired', detail: 'Invalid API key or session expired' };
  const error = await failure(t, { status: 401, body }, `instavm_sk_${'a1'.repeat(16)}`);
  assert.doesNotMatch(error.reason ?? '', /truncated/);
});

test('abuse case 40: whatever an answer repeats, no error and no client shows the whole key', async (t) => {
  const canary = mintKey(randomBytes);
  const detail = [{ loc: ['body', canary], msg: `no ${canary}`, type: canary, input: canary }];
  for (const status of [400, 401, 403, 404, 409, 410, 422, 429, 500]) {
    const body = {
      title: canary,
      detail: status === 422 ? detail : canary,
      code: canary,
      request_id: canary,
      more: [canary],
    };
    const error = await failure(t, { status, body, headers: { 'x-request-id': canary } }, canary);
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack;
    assert.ok(shown.includes(canary.slice(0, 23)), 'positive control: the public part is there');
    assert.equal(shown.includes(canary.slice(23, 35)), false, shown);
  }
  const client = new sdk.InstaVM(canary, { baseUrl: 'http://127.0.0.1:1', maxRetries: 0 });
  const lost = await client.users.me().catch((error: unknown) => error);
  const shown = inspect([client, lost], { depth: 9, showHidden: true }) + JSON.stringify([client, lost]);
  assert.equal(shown.includes(canary.slice(23, 35)), false, shown);
});

test('an ended session is `Session expired` and nothing else; when, why and what to do have their own places', async (t) => {
  const body = {
    code: 'session_expired',
    detail: 'Session expired',
    ended_at: '2027-01-01T00:00:00Z',
    reason: 'nobody used it for 60 s',
    hint: 'Start a new session.',
    request_id: 'req-1',
  };
  const error = await failure(t, { status: 410, body });
  assert.ok(error instanceof sdk.SessionError);
  assert.equal(error.message, 'Session expired');
  assert.equal(error.detail, 'Session expired');
  assert.equal(error.endedAt, '2027-01-01T00:00:00Z');
  assert.equal(error.reason, 'nobody used it for 60 s');
  assert.equal(error.hint, 'Start a new session.');
  const bare = await failure(t, { status: 410, body: { code: 'session_expired' } });
  assert.equal(bare.message, 'Session expired');
  assert.ok(bare.hint);
});

test('a limit says how long to wait', async (t) => {
  const headers = { 'retry-after': '7', 'x-request-id': 'from-header' };
  const error = await failure(t, { status: 429, headers, body: { detail: 'Rate limit exceeded' } });
  assert.deepEqual([error.retryAfterSeconds, error.requestId], [7, 'from-header']);
  assert.match(error.message, /^Rate limit exceeded\. Try again in 7 s/);
});

test('a limit says which it is and who can raise it', async (t) => {
  const headers = {
    'ratelimit-policy':
      '"key";q=100;w=60;instavm-burst=20, "key-concurrent";q=5;qu="concurrent-requests", "account";q=9;w=1',
  };
  const reason = 'The limit of this API key is 100 requests in 60 s. Whoever manages API keys can raise it.';
  for (const [policy, limit] of [
    ['key', '100/60s,burst=20'],
    ['key-concurrent', '5'],
    ['account', '9/1s'],
    ['unheard-of', null],
  ] as const) {
    const body = { detail: 'Rate limit exceeded', reason, 'violated-policies': [policy] };
    const error = await failure(t, { status: 429, headers, body });
    assert.ok(error instanceof sdk.RateLimitError);
    assert.deepEqual([error.policy, error.limit, error.reason], [policy, limit, reason]);
  }
  const bare = await failure(t, { status: 429, body: {} });
  assert.ok(bare instanceof sdk.RateLimitError);
  assert.deepEqual([bare.policy, bare.limit, bare.reason], [null, null, null]);
});

test('a quota says which it is and when it is new', async (t) => {
  const quota = { name: 'machines', of: 'account', limit: 3, used: 3, source: 'server', renews_at: null };
  const detail = 'Rate limit exceeded: the account may have 3 machines at once and has 3.';
  const error = await failure(t, { status: 429, body: { code: 'quota_exceeded', detail, quota } });
  assert.ok(error instanceof sdk.QuotaExceededError);
  assert.deepEqual([error.quota, error.detail], [quota, detail]);
});

test('validation lists every field', async (t) => {
  const detail = [{ loc: ['body', 'label'], msg: 'is too long', type: 'x' }];
  const error = await failure(t, { status: 422, body: { title: 'Validation failed', detail } });
  assert.ok(error instanceof sdk.ValidationError);
  assert.deepEqual(error.fields, [{ field: 'body.label', problem: 'is too long' }]);
  assert.match(error.message, /body\.label: is too long/);
});

test('bodies that are no problem details still give an error of the root', async (t) => {
  for (const body of ['<html>', '', '[1]', 'null', '{"detail":{"a":1}}']) {
    const error = await failure(t, { status: 500, body });
    assert.ok(error instanceof sdk.ServerError);
    assert.equal(error.code, 'http_500');
  }
});

test('the key follows no redirect', async (t) => {
  const other = await serve(t, () => ({ body: [] }));
  const error = await failure(t, { status: 307, headers: { location: `${other.url}/v1/vms` } });
  assert.equal(error.code, 'redirected');
  assert.equal(other.seen.length, 0);
});

test('no connection and no answer in time are network errors; an abort is the caller’s own reason', async (t) => {
  const { url } = await serve(t, () => null);
  const lost = new sdk.InstaVM(KEY, { baseUrl: 'http://127.0.0.1:1' });
  await assert.rejects(lost.users.me(), { name: 'NetworkError', code: 'connection_failed', status: null });
  const slow = new sdk.InstaVM(KEY, { baseUrl: url, timeoutMs: 30 });
  await assert.rejects(slow.users.me(), { name: 'NetworkError', code: 'timeout' });
  const mine = new Error('mine');
  await assert.rejects(slow.users.me({ signal: AbortSignal.abort(mine) }), mine);
});

test('a task that goes on past the wait is an execution error', async (t) => {
  const { url } = await serve(t, () => ({ body: { is_complete: false } }));
  const client = new sdk.InstaVM(KEY, { baseUrl: url });
  const waiting = client.getTaskResult('t', { pollIntervalMs: 5, timeoutMs: 40 });
  await assert.rejects(waiting, { name: 'ExecutionError', code: 'task_running' });
});
