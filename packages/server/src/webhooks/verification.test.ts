import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { startReceiver } from '../testing/webhook-receiver.ts';

const server = await startServer({ after }, { config: { webhookAllow: ['127.0.0.1'] } });
const ada = await server.person('Ada');
const key = (await ada.key()).text;
const receiver = await startReceiver({ after });
const ask = (method: string, path: string, json?: unknown) =>
  server.ask(method, `/v1/webhooks/endpoints${path}`, { key, ...(json === undefined ? {} : { json }) });
const made = (
  await ask('POST', '', { url: receiver.url, event_patterns: ['snapshot.*'], timeout_seconds: 1 })
).json;
const verify = async () => (await ask('POST', `/${made.id}/verify`)).json;

test('an endpoint is verified by saying the challenge that it was sent, and a change of its address takes that back', async () => {
  receiver.behave = ({ json }, response) => response.end(JSON.stringify({ challenge: json.challenge }));
  const answer = await verify();
  assert.deepEqual([answer.verified, answer.reason, answer.status], [true, null, 'enabled']);
  assert.ok(answer.last_verified_at);
  const [asked] = await receiver.events('webhook.verification');
  assert.match(String(asked!.headers['instavm-signature']), /^t=\d+,v1=[0-9a-f]{64}$/);
  assert.equal(asked!.headers['instavm-event-id'], asked!.json.id);
  assert.equal((await ask('GET', `/${made.id}`)).json.last_verified_at, answer.last_verified_at);
  const moved = (await ask('PATCH', `/${made.id}`, { url: `${receiver.url}/elsewhere` })).json;
  assert.equal(moved.last_verified_at, null);
});

test('security: whoever only accepts is not verified; the answer says what was wrong with theirs', async () => {
  for (const [body, status, says] of [
    ['', 200, /no JSON/],
    ['ok', 200, /no JSON/],
    ['null', 200, /does not hold the challenge/],
    ['"challenge"', 200, /does not hold/],
    ['{"challenge":"guess"}', 200, /does not hold/],
    ['[]', 200, /does not hold/],
    ['ECHO', 500, /It answered 500/],
    ['ECHO', 302, /redirects are not followed/],
    [`${' '.repeat(80_000)}ECHO`, 200, /no JSON/],
  ] as const) {
    receiver.behave = ({ json }, response) =>
      response.writeHead(status).end(body.replace('ECHO', JSON.stringify({ challenge: json.challenge })));
    const { verified, reason, last_verified_at } = await verify();
    assert.deepEqual([verified, last_verified_at], [false, null], body.slice(0, 20));
    assert.match(reason, says);
  }
  receiver.behave = () => {};
  assert.match((await verify()).reason, /did not answer within 1 s/);
});

test('security: each verification has a challenge of its own', async () => {
  const before = receiver.received.length;
  receiver.behave = (_received, response) => response.end('{}');
  await verify();
  await verify();
  const challenges = receiver.received.slice(before).map(({ json }) => json.challenge);
  assert.equal(new Set(challenges).size, 2);
  assert.ok(challenges.every((challenge) => /^[0-9A-Za-z]{32}$/.test(challenge)));
});

test('an endpoint is not asked twice at once, and gets its events verified or not', async () => {
  const before = receiver.received.length;
  receiver.behave = ({ json }, response) => {
    if (json.event_type === 'webhook.test') response.end();
    else setImmediate(() => response.end(JSON.stringify({ challenge: json.challenge })));
  };
  const answers = await Promise.all([verify(), verify(), verify()]);
  assert.ok(answers.every(({ verified }) => verified));
  assert.equal(receiver.received.length, before + 1);
  await ask('POST', `/${made.id}/test`);
  await until(() => receiver.received.length === before + 2);
});
