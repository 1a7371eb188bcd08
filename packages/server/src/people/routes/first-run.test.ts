import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookieOf, PASSWORD, startServer } from '../../testing/server.ts';

const ADA = { name: ' Ada ', email: 'Ada@Example.com', password: PASSWORD };

test('the first person makes themselves with the link, once, and is signed in', async (t) => {
  const server = await startServer(t);
  const token = server.firstRunToken;
  assert.match(token ?? '', /^[A-Za-z0-9_-]{43}$/);
  assert.deepEqual((await server.ask('GET', '/app/first-run')).json, { open: true });
  const made = await server.ask('POST', '/app/first-run', { json: { token, ...ADA } });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(made.json, { user: { id: 1, email: 'ada@example.com', name: 'Ada' } });
  const session = await server.ask('GET', '/app/auth/get-session', { cookie: cookieOf(made) });
  assert.equal(session.json.user.email, 'ada@example.com');

  assert.deepEqual((await server.ask('GET', '/app/first-run')).json, { open: false });
  const again = await server.ask('POST', '/app/first-run', {
    json: { token, ...ADA, email: 'eve@example.com' },
  });
  assert.deepEqual([again.status, again.json.code], [410, 'first_run_closed']);
});

test('security: a wrong token makes nobody, and the link stays open for the right one', async (t) => {
  const server = await startServer(t);
  const token = server.firstRunToken!;
  for (const wrong of ['', 'x', token.slice(1), `${token}x`, token.toUpperCase()]) {
    const answer = await server.ask('POST', '/app/first-run', { json: { token: wrong, ...ADA } });
    assert.deepEqual([answer.status, answer.json.code], [403, 'first_run_token_wrong'], wrong);
  }
  for (const json of [
    { token },
    { token, ...ADA, role: 'owner' },
    { token: 7, ...ADA },
    { token, ...ADA, name: '' },
  ]) {
    assert.equal((await server.ask('POST', '/app/first-run', { json })).status, 422, JSON.stringify(json));
  }
  const short = await server.ask('POST', '/app/first-run', { json: { token, ...ADA, password: 'short' } });
  assert.deepEqual(short.json.detail[0].loc, ['body', 'password']);
  assert.equal((await server.ask('POST', '/app/first-run', { json: { token, ...ADA } })).status, 201);
});

test('security: of two who use the link at the same time, one becomes the owner', async (t) => {
  const server = await startServer(t);
  const token = server.firstRunToken;
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      server.ask('POST', '/app/first-run', { json: { token, ...ADA, email: `${name}@example.com` } }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 410, 410]);
  const { n } = await server.deps.db
    .selectFrom('person')
    .select((eb) => eb.fn.countAll().as('n'))
    .executeTakeFirstOrThrow();
  assert.equal(n, 1);
});

test('security: the link is void once a person exists, however made, also after a restart', async (t) => {
  const server = await startServer(t);
  await server.person('Bob');
  const json = { token: server.firstRunToken, ...ADA };
  assert.equal((await server.ask('POST', '/app/first-run', { json })).status, 410);
  await server.close();
  const restarted = await startServer(t, { dataDir: server.dataDir });
  assert.equal(restarted.firstRunToken, null);
  assert.equal((await restarted.ask('POST', '/app/first-run', { json })).status, 410);
});

test('security: another site cannot use the link in the name of a browser', async (t) => {
  const server = await startServer(t);
  const json = { token: server.firstRunToken, ...ADA };
  const foreign = { origin: 'http://evil.example' };
  assert.equal((await server.ask('POST', '/app/first-run', { json, headers: foreign })).status, 403);
  assert.equal((await server.ask('POST', '/app/first-run', { json })).status, 201, 'control');
});
