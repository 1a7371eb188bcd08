import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { mintSecret, SECRET_KINDS, type SecretKind } from '@instavm/keyformat';
import { describeCrash, openLog } from './log.ts';
import { startServer } from './testing/server.ts';

const KINDS = Object.keys(SECRET_KINDS) as SecretKind[];

function canaryOf(kind: SecretKind) {
  const secret = mintSecret(kind, randomBytes);
  const shown = secret.slice(0, SECRET_KINDS[kind].prefix.length + SECRET_KINDS[kind].publicLength);
  return { secret, shown, hidden: secret.slice(shown.length) };
}

const percent = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');

/** Every place of a line in which a secret can turn up. */
function logEverywhere(log: ReturnType<typeof openLog>, secret: string): void {
  log.info({ headers: { 'x-api-key': secret, authorization: `Bearer ${secret}` } }, 'a request');
  log.warn({ url: `/v1/vms?api_key=${secret}&x=1` }, `GET /v1/vms?api_key=${secret} from ${secret}`);
  log.info({ url: `/v1/vms/${percent(secret)}`, referer: encodeURIComponent(percent(secret)) }, 'an address');
  const cause = Object.assign(new TypeError(`cause ${secret}`), {
    input: secret,
    bytes: Buffer.from(secret),
  });
  log.error({ err: new Error(`no such key: "${secret}"`, { cause }) }, 'it failed');
  log.error(new AggregateError([cause, new Error(secret)], secret));
  log.child({ key: secret }).info({ body: JSON.stringify({ api_key: secret }) }, 'a child');
  log.info({ [secret]: [secret, { deep: [[`${secret},${secret}`]] }] }, secret);
  log.info({ chunk: Buffer.from(secret), bytes: new Uint8Array(Buffer.from(secret)) }, 'bytes');
  log.info(
    { list: [...Buffer.from(secret)], body: JSON.stringify({ data: Buffer.from(secret) }) },
    'numbers',
  );
  log.info({ basic: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` }, 'a user name');
  log.info({ cut: secret.slice(0, -9), next: `${secret}00` }, '%s and %j', secret, { key: secret });
}

/** Whether a secret can be had from text, read as it is and as every writing that JSON or a URL may hide it in. */
function leaks(text: string, hidden: string): boolean {
  const part = hidden.slice(0, 12);
  const numbers = [...Buffer.from(part)].map(String);
  const base64 = Buffer.from(`x${part}`).toString('base64').slice(2, 14);
  return (
    text.includes(part) ||
    text.replace(/%(25)*/g, '%').includes(percent(part)) ||
    text.includes(numbers.join(',')) ||
    new RegExp(numbers.join(',\\\\*"\\d+\\\\*":')).test(text) ||
    text.includes(base64)
  );
}

for (const kind of KINDS) {
  for (const isTTY of [false, true]) {
    test(`security: no line of the log holds the ${SECRET_KINDS[kind].name}, wherever it was (${isTTY ? 'terminal' : 'JSON'})`, () => {
      const { secret, shown, hidden } = canaryOf(kind);
      const lines: string[] = [];
      logEverywhere(openLog({ write: (line) => lines.push(line), isTTY }), secret);
      const text = lines.join('');
      assert.ok(text.includes('a request') && text.includes('a child'), 'the lines are there');
      assert.ok(text.includes(shown), 'the public part stays, so that it can be found');
      assert.equal(leaks(text, hidden), false);
      if (!isTTY) for (const line of lines) JSON.parse(line);
    });
  }
}

test('positive control: the same look at a log that is not scrubbed finds every writing of a secret', () => {
  const { secret, hidden } = canaryOf('api_key');
  for (const text of [
    secret,
    percent(secret),
    encodeURIComponent(percent(secret)),
    JSON.stringify(Buffer.from(secret)),
    JSON.stringify({ body: JSON.stringify(new Uint8Array(Buffer.from(secret))) }),
  ]) {
    assert.equal(leaks(text, hidden), true, text);
  }
});

test('security: an error that nobody caught is described without a secret, its causes included', () => {
  const { secret, shown, hidden } = canaryOf('api_key');
  const error = new Error(`bad ${secret}`, { cause: { key: secret, bytes: Buffer.from(secret) } });
  const text = describeCrash(error);
  assert.ok(text.includes(shown) && text.includes('log.test.ts'), 'message and stack are there');
  assert.equal(leaks(text, hidden), false);
});

test('abuse case 40: the log holds no part of a key, whatever part of a request it came in', async (t) => {
  const server = await startServer(t);
  const person = await server.person('Canary');
  const { text: key, secret } = await person.key();
  const forms = [key, percent(key), key.slice(0, 50)];
  for (const form of forms) {
    await server.ask('GET', `/v1/vms?api_key=${form}`, { key });
    await server.ask('GET', `/v1/vms/${form}`, { key, headers: { referer: `http://x/${form}` } });
    await server.ask('POST', '/execute', { key, json: { code: form, session_id: form, [form]: form } });
    await server.ask('POST', '/v1/api-keys/', {
      key,
      body: `{"label":"${form}"`,
      headers: { 'content-type': 'application/json' },
    });
    await server.raw([`GET /${form} HTTP/1.1`, `X-API-Key: ${form}`, `Cookie: a=${form}`]);
    await server.raw([`${form.slice(0, 20)} / HTTP/1.1`, `X-${form}: x`]);
  }
  server.deps.log.error({ err: new Error(key) }, 'positive control');
  const logged = server.logged.join('');
  assert.ok(logged.includes('positive control'));
  assert.equal(leaks(logged, secret), false);
});
