import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesHolding } from '../../testing/folder.ts';
import { cookieOf, PASSWORD, startServer, withoutRequestId } from '../../testing/server.ts';

const SIGN_IN = '/app/auth/sign-in/email';

test('a person signs in, is known by the cookie, and is unknown after signing out', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const answer = await server.ask('POST', SIGN_IN, {
    json: { email: 'ADA@example.com', password: PASSWORD },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json, { user: { id: ada.id, email: 'ada@example.com', name: 'Ada' } });
  const cookie = cookieOf(answer);
  const session = await server.ask('GET', '/app/auth/get-session', { cookie });
  assert.deepEqual(session.json, {
    user: { id: ada.id, email: 'ada@example.com', name: 'Ada' },
    account: { id: ada.accountId, name: 'Ada', role: 'owner' },
  });
  assert.equal((await server.ask('GET', '/app/v1/api-keys/', { cookie })).status, 200);

  assert.equal((await server.ask('POST', '/app/auth/sign-out', { cookie, json: {} })).status, 200);
  assert.equal((await server.ask('GET', '/app/auth/get-session', { cookie })).text, 'null');
  const after = await server.ask('GET', '/app/v1/api-keys/', { cookie });
  assert.deepEqual([after.status, after.json.code], [401, 'session_required']);
  assert.equal(
    (await server.ask('GET', '/app/v1/api-keys/', { cookie: ada.cookie })).status,
    200,
    'others stay',
  );
});

test('security: the cookie is for this host, this server and no script', async (t) => {
  const server = await startServer(t);
  const { email } = await server.person('Ada');
  const answer = await server.ask('POST', SIGN_IN, { json: { email, password: PASSWORD } });
  const [cookie = '', ...others] = answer.headers.getSetCookie();
  assert.deepEqual(others, []);
  assert.match(cookie, /^__Host-instavm_session=/);
  for (const part of ['HttpOnly', 'Secure', 'Path=/', 'SameSite=Lax']) {
    assert.ok(cookie.toLowerCase().includes(`; ${part.toLowerCase()}`), part);
  }
  assert.doesNotMatch(cookie, /domain=/i);
});

test('security: no answer shows the token of a session, and each sign-in has one of its own', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const answer = await server.ask('POST', SIGN_IN, {
    json: { email: ada.email, password: PASSWORD },
    cookie: ada.cookie,
  });
  const cookie = cookieOf(answer);
  assert.notEqual(cookie, ada.cookie, 'a cookie that was there before is not taken over');
  const token = decodeURIComponent(cookie.split('=')[1]!).split('.')[0]!;
  const session = await server.ask('GET', '/app/auth/get-session', { cookie });
  for (const text of [answer.text, session.text, server.logged.join('')]) {
    assert.equal(text.includes(token), false);
  }
});

test('security: an unknown e-mail and a wrong password get the same answer', async (t) => {
  const server = await startServer(t);
  const { email } = await server.person('Ada');
  const wrong = await server.ask('POST', SIGN_IN, { json: { email, password: 'not the password' } });
  const unknown = await server.ask('POST', SIGN_IN, {
    json: { email: 'eve@example.com', password: 'not the password' },
  });
  assert.deepEqual([wrong.status, wrong.json.code], [401, 'sign_in_failed']);
  assert.equal(withoutRequestId(unknown.text), withoutRequestId(wrong.text));
  assert.deepEqual(wrong.headers.getSetCookie(), []);
  for (const json of [{}, { email }, { email: 7, password: true }, { email: '', password: '' }, [], null]) {
    const answer = await server.ask('POST', SIGN_IN, { json });
    assert.ok(answer.status >= 400 && answer.status < 500, `${JSON.stringify(json)} ${answer.text}`);
    assert.equal(typeof answer.json.code, 'string');
  }
});

test('security: the eleventh attempt in a minute waits, whatever address the request claims', async (t) => {
  const server = await startServer(t);
  const claims = [
    'x-forwarded-for',
    'x-real-ip',
    'forwarded',
    'cf-connecting-ip',
    'x-client-ip',
    'x-instavm-peer-address',
  ];
  const statuses = [];
  for (let n = 0; n < 11; n++) {
    const headers = Object.fromEntries(claims.map((name) => [name, `198.51.100.${n}`]));
    const json = { email: `eve${n}@example.com`, password: 'not the password' };
    const answer = await server.ask('POST', SIGN_IN, { json, headers });
    statuses.push(answer.status);
    if (answer.status !== 429) continue;
    assert.equal(answer.json.code, 'rate_limit_exceeded');
    const seconds = Number(answer.headers.get('retry-after'));
    assert.ok(seconds > 0 && seconds <= 60, String(seconds));
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), 429]);
  server.world.advance(60_000);
  const later = await server.ask('POST', SIGN_IN, { json: { email: 'eve@example.com', password: 'x' } });
  assert.equal(later.status, 401, 'control: a minute later it is asked again');
});

test('security: nobody signs up, lists sessions or changes a password by the doors of the sign-in library', async (t) => {
  const server = await startServer(t);
  const { cookie } = await server.person('Ada');
  const json = {
    name: 'Eve',
    email: 'eve@example.com',
    password: PASSWORD,
    newPassword: PASSWORD,
    currentPassword: PASSWORD,
  };
  for (const path of [
    'sign-up/email',
    'change-password',
    'change-email',
    'update-user',
    'delete-user',
    'list-sessions',
    'revoke-sessions',
    'request-password-reset',
    'ok',
    'error',
  ]) {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await server.ask(method, `/app/auth/${path}`, {
        cookie,
        ...(method === 'POST' ? { json } : {}),
      });
      assert.ok([404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
    }
  }
});

test('security: a password is in no file of the data folder', async (t) => {
  const server = await startServer(t);
  const { email } = await server.person('Ada');
  assert.notDeepEqual(filesHolding(server.dataDir, email), [], 'control: the address is there');
  assert.deepEqual(filesHolding(server.dataDir, PASSWORD), []);
});

test('abuse case 18: a flood of sign-ins from many addresses is cut off, and keys are checked all the while', async (t) => {
  const server = await startServer(t, { config: { trustedProxies: ['127.0.0.1/32'] } });
  const ada = await server.person('Ada');
  const key = (await ada.key()).text;
  const flood = Array.from({ length: 220 }, (_, n) =>
    server.ask('POST', SIGN_IN, {
      json: { email: ada.email, password: 'not the password' },
      headers: { 'x-forwarded-for': `198.51.${n % 250}.${n >> 3}`, 'x-forwarded-proto': 'https' },
    }),
  );
  let flooded = true;
  const ended = Promise.all(flood).finally(() => {
    flooded = false;
  });
  let checked = 0;
  while (flooded) {
    assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200);
    checked += 1;
  }
  const answers = await ended;
  const statuses = new Set(answers.map(({ status }) => status));
  assert.deepEqual([...statuses].sort(), [401, 429]);
  for (const { status, headers } of answers) assert.equal(status === 429, headers.has('retry-after'));
  assert.ok(checked >= 5, `${checked} keys were checked meanwhile`);
  server.world.advance(61_000);
  await server.signIn(ada.email);
});

test('security: a whole API key in the name of a person is refused and stored nowhere', async (t) => {
  const server = await startServer(t, { config: { signUp: 'open' } });
  const ada = await server.person('Ada');
  const { text, secret } = await ada.key();
  const json = { name: `key ${text}`, email: 'eve@example.com', password: PASSWORD };
  const answer = await server.ask('POST', '/app/auth/sign-up', { json });
  assert.equal(answer.status, 422);
  assert.equal(answer.text.includes(secret), false);
  assert.deepEqual(filesHolding(server.dataDir, secret), []);
});
