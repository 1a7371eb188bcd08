import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { ALPHABET, checksum, mintKey, mintSecret, parseKey } from '@instavm/keyformat';
import fc from 'fast-check';
import { type Answer, type Ask, startServer, withoutRequestId } from '../testing/server.ts';
import { watchStatements } from '../testing/statements.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const bob = await server.person('Bob');
const key = await ada.key();
const reference = withoutRequestId((await server.ask('GET', '/v1/users/me')).text);

async function me(ask: Ask): Promise<Answer> {
  return server.ask('GET', '/v1/users/me', ask);
}

/** The one answer for every bad key. */
function assertRefused(answer: Answer, what: string): void {
  assert.equal(answer.status, 401, what);
  assert.equal(withoutRequestId(answer.text), reference, what);
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer realm="instavm"/, what);
  assert.equal(answer.headers.get('cache-control'), 'no-store', what);
}

/** A well-formed key of the given parts, its checksum right. */
function sealed(publicId: string, secret: string): string {
  const body = `instavm_sk_${publicId}${secret}`;
  return body + checksum(body);
}

/** With `text` as the character at this place. */
const at = (place: number, text: string) => key.text.slice(0, place) + text + key.text.slice(place + 1);

test('a good key is accepted in X-API-Key and as a bearer token', async () => {
  assert.equal((await me({ key: key.text })).json.id, ada.id);
  assert.equal((await me({ headers: { authorization: `Bearer ${key.text}` } })).json.id, ada.id);
});

test('the 401 is a problem in the published words', () => {
  const { detail, code, status } = JSON.parse(reference) as Record<string, unknown>;
  assert.deepEqual(
    { detail, code, status },
    { detail: 'Invalid API key or session expired', code: 'invalid_api_key', status: 401 },
  );
});

test('abuse case 1: a missing, empty, blank or garbage key gets the one 401 and asks the database nothing', async (t) => {
  const { seen } = watchStatements(t, server.port);
  assert.equal((await me({ key: key.text })).status, 200);
  assert.ok(seen.splice(0).length > 0, 'control: a request that is let in asks the database');
  assertRefused(await me({}), 'missing');
  for (const bad of [
    '',
    '   ',
    '\t',
    'garbage',
    'null',
    '0',
    "' or 1=1 --",
    'x'.repeat(4000),
    'instavm_sk_',
  ]) {
    assertRefused(await me({ key: bad }), `X-API-Key: ${bad.slice(0, 20)}`);
    assertRefused(await me({ headers: { authorization: `Bearer ${bad}` } }), `Bearer ${bad.slice(0, 20)}`);
  }
  assert.deepEqual(seen, []);
});

test('abuse case 2: a key that is cut, lengthened or wrong in one character is refused at every position, without a query', async (t) => {
  const { seen } = watchStatements(t, server.port);
  const bad = [`${key.text}0`, `0${key.text}`, key.text + key.text];
  for (let place = 0; place < key.text.length; place++) {
    bad.push(
      key.text.slice(0, place),
      key.text.slice(place + 1),
      at(place, key.text[place] === 'x' ? 'y' : 'x'),
      at(place, key.text[place]!.repeat(2)),
      at(place, ''),
    );
  }
  for (const text of bad) assertRefused(await me({ key: text }), `${text.length} characters`);
  assert.deepEqual(seen, []);
  assert.equal((await me({ key: key.text })).status, 200);
  assert.ok(seen.length > 0, 'control: the same look sees the queries of a good key');
});

test('abuse case 2: property: no key survives another character in any place, and none two that were swapped', () => {
  assert.ok(parseKey(key.text), 'control');
  for (let place = 0; place < key.text.length; place++) {
    for (const letter of ALPHABET) {
      if (letter !== key.text[place]) assert.equal(parseKey(at(place, letter)), null, `${place}: ${letter}`);
    }
  }
  const place = fc.nat({ max: key.text.length - 2 });
  fc.assert(
    fc.property(place, fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }), (where, text) => {
      const changed = at(where, text);
      return changed === key.text || parseKey(changed) === null;
    }),
    { numRuns: 2000 },
  );
  for (let where = 0; where < key.text.length - 1; where++) {
    const [a = '', b = ''] = key.text.slice(where, where + 2);
    const swapped = key.text.slice(0, where) + b + a + key.text.slice(where + 2);
    if (a !== b) assert.equal(parseKey(swapped), null, `${where}`);
  }
});

test('abuse case 3: an unknown id and a wrong secret are told apart by nothing', async () => {
  const secret = mintKey(randomBytes).slice(23, 55);
  const answers = [];
  for (const [text, what] of [
    [sealed('zzzzzzzzzzzz', secret), 'unknown id'],
    [sealed(key.publicId, secret), 'wrong secret'],
    [sealed('zzzzzzzzzzzz', key.secret), 'secret of another id'],
  ] as const) {
    const answer = await me({ key: text });
    assertRefused(answer, what);
    answers.push([...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)));
  }
  assert.deepEqual(answers[0], answers[1], 'headers');
  assert.deepEqual(answers[0], answers[2], 'headers');
  assert.equal(sealed(key.publicId, key.secret), key.text, 'control: the same way makes a good key');
});

test('abuse case 4: letters of the other case, look-alikes and bytes that resemble letters or blanks do not make a key', async () => {
  const swap = (letter: string) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  const letters = [...key.text].flatMap((letter, place) =>
    swap(letter) === letter ? [] : [at(place, swap(letter))],
  );
  for (const text of [
    key.text.toLowerCase(),
    key.text.toUpperCase(),
    [...key.text].map(swap).join(''),
    ...letters,
    `${key.text}\u00a0`,
    `\u00a0${key.text}`,
    key.text.replace('_', '\u00af'),
    `${key.text}\u00ad`,
    at(20, String.fromCharCode(key.text.charCodeAt(20) + 128)),
  ]) {
    assertRefused(await me({ key: text }), JSON.stringify(text));
  }
  assert.equal((await me({ key: key.text })).status, 200, 'control');
});

test('abuse case 4: what Unicode takes for the same text is no key, neither as bytes of a header nor in a body', async () => {
  const fullwidth = (text: string) =>
    [...text].map((letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)).join('');
  const bold = (digits: string) =>
    digits.replace(/\d/g, (digit) => String.fromCodePoint(0x1d7ce + Number(digit)));
  const variants = [
    fullwidth(key.text),
    `instavm_sk_${fullwidth(key.text.slice(11))}`,
    bold(key.text),
    key.text.replace('instavm', '\u0456nst\u0430vm'),
    key.text.replace('_sk_', '\uff3fsk\uff3f'),
    key.text.replace('sk', '\u017fk'),
    key.text.replace('k', '\u212a'),
    `${key.text}\u200b`,
    `\ufeff${key.text}`,
    `${key.text}\u0301`,
    `\u202e${key.text}`,
    at(30, `${key.text[30]}\u0000`),
    `${key.text}\u0000`,
    `${key.text}\n`,
    `\r\n${key.text}`,
    `${key.text}\u2028`,
    `${key.text}\u0085`,
  ].filter((text) => text !== key.text);
  const asKey = variants.filter((text) => text.normalize('NFKC').trim() === key.text);
  assert.ok(asKey.length >= 8, 'control: a comparison that folds or trims would take these');
  for (const text of variants) {
    const inBody = await server.ask('POST', '/v1/sessions/session', { json: { api_key: text } });
    assertRefused(inBody, `body ${JSON.stringify(text)}`);
    const bytes = Buffer.from(text, 'utf8').toString('latin1');
    const raw = await server.raw(['GET /v1/users/me HTTP/1.1', `X-API-Key: ${bytes}`]);
    assert.match(raw, /^HTTP\/1\.1 40[01] /, JSON.stringify(text));
  }
  for (const inside of ['\0', '\r', '\n', '\r\n', '\n ', '\x0b', '\x1b', '\x7f']) {
    const raw = await server.raw(['GET /v1/users/me HTTP/1.1', `X-API-Key: ${at(30, inside)}`]);
    assert.match(raw, /^HTTP\/1\.1 40[01] /, JSON.stringify(inside));
  }
  const control = await server.ask('POST', '/v1/sessions/session', { json: { api_key: ` ${key.text}\t` } });
  assert.equal(control.status, 201, 'control: blanks and tabs round it are cut, as in a header');
});

test('abuse case 5: a key header that comes twice is 400, whichever is good', async () => {
  const bad = mintKey(randomBytes);
  for (const [first, second] of [
    [key.text, bad],
    [bad, key.text],
    [key.text, key.text],
  ] as const) {
    for (const name of ['X-API-Key: ', 'Authorization: Bearer ']) {
      const text = await server.raw(['GET /v1/users/me HTTP/1.1', name + first, name + second]);
      assert.match(text, /^HTTP\/1\.1 400 /);
      assert.match(text, /"code":"conflicting_credentials"/);
    }
  }
  const control = await server.raw(['GET /v1/users/me HTTP/1.1', `X-API-Key: ${key.text}`]);
  assert.match(control, /^HTTP\/1\.1 200 /);
});

test('abuse case 5: two different keys are 400, the same in both headers is one credential', async () => {
  const authorization = (text: string) => ({ authorization: `Bearer ${text}` });
  const two = await me({ key: key.text, headers: authorization(mintKey(randomBytes)) });
  assert.deepEqual([two.status, two.json.code], [400, 'conflicting_credentials']);
  assert.equal((await me({ key: key.text, headers: authorization(key.text) })).status, 200);
});

test('abuse case 5: Basic credentials and a cookie of somebody else change nothing: the key alone decides', async () => {
  for (const basic of ['dTpw', Buffer.from(`user:${(await bob.key()).text}`).toString('base64')]) {
    const answer = await me({
      key: key.text,
      cookie: bob.cookie,
      headers: { authorization: `Basic ${basic}` },
    });
    assert.deepEqual([answer.status, answer.json.id], [200, ada.id]);
  }
});

test('abuse case 6: a header that only resembles X-API-Key is no key', async () => {
  for (const [line, status] of [
    [`X_API_Key: ${key.text}`, 401],
    [`X-API-Keys: ${key.text}`, 401],
    [`X-API-Key : ${key.text}`, 400],
    [`X-API-Key:\r\n ${key.text}`, 400],
    [`Accept: a\r\n X-API-Key: ${key.text}`, 400],
    [`X-API-Key: ${key.text}\0`, 400],
    [`x-api-key: ${key.text}`, 200],
  ] as const) {
    const text = await server.raw(['GET /v1/users/me HTTP/1.1', line]);
    assert.match(text, new RegExp(`^HTTP/1\\.1 ${status} `), JSON.stringify(line.slice(0, 14)));
  }
});

test('abuse case 8: too many or too large headers are 431, never a lost key', async () => {
  const many = Array.from({ length: 2500 }, () => 'a:b');
  for (const lines of [[...many, `X-API-Key: ${key.text}`], [`A: ${'x'.repeat(17_000)}`]]) {
    assert.match(await server.raw(['GET /v1/users/me HTTP/1.1', ...lines]), /^HTTP\/1\.1 431 /);
  }
  const lines = [...many.slice(0, 900), `X-API-Key: ${key.text}`];
  assert.match(await server.raw(['GET /v1/users/me HTTP/1.1', ...lines]), /^HTTP\/1\.1 200 /, 'control');
});

test('abuse case 9: a key in the query, the path or the Referer is no credential and reaches no log', async () => {
  for (const name of ['api_key', 'x-api-key', 'key', 'token', 'access_token']) {
    assertRefused(await server.ask('GET', `/v1/users/me?${name}=${key.text}`), name);
  }
  assertRefused(await me({ headers: { referer: `${server.url}/?api_key=${key.text}` } }), 'Referer');
  assert.equal((await server.ask('GET', `/v1/${key.text}`)).status, 400);
  assert.equal(server.logged.join('').includes(key.secret), false);
  assert.equal((await me({ key: key.text })).status, 200, 'control: in its header it is one');
});

test('abuse case 5: a key in the body counts where a session is started and nowhere else', async () => {
  const json = { api_key: key.text };
  assertRefused(await server.ask('POST', '/v1/api-keys/', { json }), 'keys');
  assertRefused(await server.ask('POST', '/execute', { json: { ...json, command: '1' } }), 'execute');
  assertRefused(await server.ask('POST', '/kill', { json: { ...json, session_id: 'x' } }), 'kill');
  const started = await server.ask('POST', '/v1/sessions/session', { json });
  assert.equal(started.status, 201, started.text);
});

test('abuse case 5: where a session is started, key and header must agree', async () => {
  const start = (ask: Ask) => server.ask('POST', '/v1/sessions/session', ask);
  const other = mintKey(randomBytes);
  assertRefused(await start({ json: {} }), 'none');
  assertRefused(await start({}), 'no body');
  assertRefused(await start({ json: { api_key: other } }), 'unknown');
  assertRefused(await start({ json: { api_key: 7 } }), 'no text');
  assertRefused(await start({ json: { api_key: '' }, headers: {} }), 'empty');
  assertRefused(await start({ json: [key.text] }), 'a list');
  assert.equal((await start({ key: key.text, json: { api_key: other } })).status, 400);
  assert.equal((await start({ key: other, json: { api_key: key.text } })).status, 400);
  assert.equal((await start({ key: key.text, json: { api_key: key.text } })).status, 201);
  assert.equal((await start({ key: key.text, json: {} })).status, 201);
});

test("abuse case 11: a sandbox token, a webhook secret and a person's session are no API key, on any operation of keys", async () => {
  const token = ada.cookie.split('=')[1]!;
  const sandboxToken = mintSecret('sandbox_token', randomBytes);
  for (const text of [
    token,
    decodeURIComponent(token),
    decodeURIComponent(token).split('.')[0]!,
    sandboxToken,
    `instavm_st_${key.text.slice(11)}`,
    mintSecret('webhook_secret', randomBytes),
    'instavm_st_abc',
    'whsec_abc',
  ]) {
    for (const ask of [
      { key: text },
      { headers: { authorization: `Bearer ${text}` } },
      { headers: { cookie: `x-api-key=${text}` } },
    ]) {
      assertRefused(await me(ask), text.slice(0, 12));
      assertRefused(await server.ask('GET', '/v1/api-keys/', ask), text.slice(0, 12));
      assertRefused(await server.ask('POST', '/v1/api-keys/', { ...ask, json: {} }), text.slice(0, 12));
    }
    const start = await server.ask('POST', '/v1/sessions/session', { json: { api_key: text } });
    assertRefused(start, text.slice(0, 12));
  }
  assert.equal((await server.ask('GET', '/v1/api-keys/', { key: key.text })).status, 200, 'control');
});

test('abuse case 11: the cookie opens /app and is never read on /v1; a key is never read under /app', async () => {
  assertRefused(await me({ cookie: ada.cookie }), 'cookie on /v1');
  const byKey = await server.ask('GET', '/app/v1/users/me', { key: key.text });
  assert.deepEqual([byKey.status, byKey.json.code], [401, 'session_required']);
  const byCookie = await server.ask('GET', '/app/v1/users/me', { cookie: ada.cookie });
  assert.deepEqual([byCookie.status, byCookie.json.id], [200, ada.id]);
});

test('abuse case 19: only the right secret of a dead key learns why it is refused', async () => {
  const in1s = () => new Date(server.world.now() + 1000).toISOString();
  const act = (id: number, name: string, json?: unknown) =>
    server.ask('POST', `/v1/api-keys/${id}/${name}`, { key: key.text, json });
  const [revoked, disabled, rotated] = [await ada.key(), await ada.key(), await ada.key()];
  await server.ask('DELETE', `/v1/api-keys/${revoked.id}`, { key: key.text });
  await act(disabled.id, 'disable');
  await act(rotated.id, 'rotate', { policy: 'now' });
  const expired = await ada.key({ expires_at: in1s() });
  server.world.advance(1000);
  const early = await ada.key({ not_before: new Date(server.world.now() + 9e6).toISOString() });
  const closed = await bob.key();
  server.deps.owners.member(bob.accountId, bob.id).isActive = false;
  for (const [dead, code] of [
    [revoked, 'key_revoked'],
    [disabled, 'key_disabled'],
    [rotated, 'key_rotated'],
    [expired, 'key_expired'],
    [early, 'key_not_yet_valid'],
    [closed, 'account_suspended'],
  ] as const) {
    const answer = await me({ key: dead.text });
    assert.deepEqual([answer.status, answer.json.code], [401, code]);
    assert.equal(answer.json.detail, 'Invalid API key or session expired');
    assert.ok(answer.headers.get('www-authenticate'));
    const secret = mintKey(randomBytes).slice(23, 55);
    assertRefused(await me({ key: sealed(dead.publicId, secret) }), `wrong secret: ${code}`);
  }
  assert.equal((await me({ key: key.text })).status, 200, 'control');
});
