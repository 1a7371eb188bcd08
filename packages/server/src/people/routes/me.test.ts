import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cookieOf, PASSWORD, startServer, withoutRequestId } from '../../testing/server.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test('abuse case 18: a wrong password and an unknown e-mail get one answer, and cost as much', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const times: Record<'known' | 'unknown' | 'malformed', number[]> = {
    known: [],
    unknown: [],
    malformed: [],
  };
  const texts = new Set<string>();
  for (let round = 0; round < 15; round++) {
    for (const [kind, email] of [
      ['known', ada.email],
      ['unknown', `nobody${round}@example.com`],
      ['malformed', 'no address'],
    ] as const) {
      server.world.advance(61_000);
      const began = performance.now();
      const answer = await server.ask('POST', '/app/auth/sign-in/email', {
        json: { email, password: 'not the password' },
      });
      times[kind].push(performance.now() - began);
      assert.equal(answer.status, 401);
      texts.add(withoutRequestId(answer.text));
    }
  }
  assert.equal(texts.size, 1);
  const ratio = median(times.known) / median(times.unknown);
  assert.ok(
    ratio > 0.5 && ratio < 2,
    `median time of a known e-mail is ${ratio.toFixed(2)} of an unknown one's`,
  );
  assert.ok(
    median(times.malformed) < 0.7 * median(times.unknown),
    'control: an answer without a hash is told apart by its time',
  );
});

test('abuse case 46: each sign-in is a new session in place of the browser’s former one; signing out ends it', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const elsewhere = await server.signIn(ada.email);
  const works = async (cookie: string) => (await server.ask('GET', '/app/v1/vms', { cookie })).status === 200;
  const again = await server.ask('POST', '/app/auth/sign-in/email', {
    cookie: ada.cookie,
    json: { email: ada.email, password: PASSWORD },
  });
  assert.notEqual(cookieOf(again), ada.cookie);
  assert.deepEqual([await works(ada.cookie), await works(cookieOf(again))], [false, true]);
  assert.equal(await works(elsewhere), true, 'control: another browser stays');
  const out = await server.ask('POST', '/app/auth/sign-out', { cookie: cookieOf(again), json: {} });
  assert.match(out.headers.getSetCookie().join(), /__Host-instavm_session=; Max-Age=0/);
  assert.deepEqual([await works(cookieOf(again)), await works(elsewhere)], [false, true]);
});

test('abuse case 46: a session ends when unused for a week, at the latest after 30 days, and is renewed in between', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const idle = await server.signIn(ada.email);
  const ask = (cookie: string) => server.ask('GET', '/app/v1/vms', { cookie });
  assert.deepEqual((await ask(ada.cookie)).headers.getSetCookie(), [], 'a use just after is not written');
  for (let day = 0; day < 24; day += 6) {
    server.world.advance(6 * DAY_MS);
    const answer = await ask(ada.cookie);
    assert.equal(answer.status, 200, `day ${day}`);
    const [renewed = ''] = answer.headers.getSetCookie();
    assert.ok(renewed.startsWith(ada.cookie), 'the same cookie for longer');
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) assert.ok(renewed.includes(part));
    const seconds = Number(/Max-Age=(\d+)/.exec(renewed)![1]);
    assert.ok(seconds > 0 && seconds <= 7 * 86_400, renewed);
  }
  assert.equal((await ask(idle)).json.code, 'session_required', 'unused for longer than a week');
  server.world.advance(5.9 * DAY_MS);
  assert.equal((await ask(ada.cookie)).status, 200);
  server.world.advance(0.2 * DAY_MS);
  assert.equal((await ask(ada.cookie)).json.code, 'session_required', 'used, but 30 days are over');
  server.world.advance(-DAY_MS);
  assert.equal(
    (await ask(ada.cookie)).json.code,
    'session_required',
    'a clock that jumps back revives nothing',
  );
  assert.equal((await ask(await server.signIn(ada.email))).status, 200, 'control');
});

test('abuse case 46: the account says how long its sessions last', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const ask = () => server.ask('GET', '/app/v1/vms', { cookie: ada.cookie });
  await server.ask('PATCH', '/app/v1/account', {
    cookie: ada.cookie,
    json: { session_idle_minutes: 10, session_max_hours: 1 },
  });
  for (let minutes = 0; minutes < 54; minutes += 9) {
    server.world.advance(9 * MINUTE_MS);
    assert.equal((await ask()).status, 200, `after ${minutes + 9} minutes`);
  }
  server.world.advance(7 * MINUTE_MS);
  assert.equal((await ask()).status, 401);
});

test('abuse case 46: a key is made only with a password given within 12 hours; confirming it is enough', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const make = (cookie: string) => server.ask('POST', '/app/v1/api-keys/', { cookie, json: {} });
  const first = await make(ada.cookie);
  assert.equal(first.status, 201);
  server.world.advance(13 * HOUR_MS);
  for (const [method, path, json] of [
    ['POST', '/app/v1/api-keys/', {}],
    ['POST', `/app/v1/api-keys/${first.json.id}/rotate`, {}],
    ['POST', '/app/v1/invitations', { email: 'x@example.com', role: 'viewer' }],
    ['DELETE', '/app/v1/account', { name: 'Ada' }],
  ] as const) {
    const refused = await server.ask(method, path, { cookie: ada.cookie, json });
    assert.deepEqual([refused.status, refused.json.code], [403, 'recent_sign_in_required'], path);
  }
  assert.equal((await server.ask('GET', '/app/v1/api-keys/', { cookie: ada.cookie })).status, 200, 'control');
  const revoke = await server.ask('DELETE', `/app/v1/api-keys/${first.json.id}`, { cookie: ada.cookie });
  assert.equal(revoke.status, 200, 'control: taking away never waits');

  const wrong = await server.ask('POST', '/app/auth/confirm', {
    cookie: ada.cookie,
    json: { password: 'wrong one' },
  });
  assert.deepEqual([wrong.status, wrong.json.code], [401, 'sign_in_failed']);
  assert.equal((await make(ada.cookie)).status, 403);
  const confirmed = await server.ask('POST', '/app/auth/confirm', {
    cookie: ada.cookie,
    json: { password: PASSWORD },
  });
  assert.equal(confirmed.status, 200, confirmed.text);
  const cookie = cookieOf(confirmed);
  assert.notEqual(cookie, ada.cookie, 'the id of the session changes with its standing');
  assert.equal((await make(cookie)).status, 201);
  assert.equal((await make(ada.cookie)).status, 401, 'the former id is dead');
});

test('abuse case 46: a changed password ends all other sessions unless told not to, and the old one is dead', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const other = await server.signIn(ada.email);
  const change = (cookie: string, json: Record<string, unknown>) =>
    server.ask('POST', '/app/me/password', { cookie, json });
  const next = 'a brand new password';
  for (const [json, field] of [
    [{ current_password: 'wrong wrong', new_password: next }, 'current_password'],
    [{ current_password: PASSWORD, new_password: 'short' }, 'new_password'],
    [{ current_password: PASSWORD }, 'new_password'],
  ] as const) {
    const answer = await change(ada.cookie, json);
    assert.deepEqual([answer.status, answer.json.detail[0].loc.at(-1)], [422, field], answer.text);
  }
  const kept = await change(ada.cookie, {
    current_password: PASSWORD,
    new_password: next,
    end_other_sessions: false,
  });
  assert.deepEqual(kept.json, { status: 'changed', ended_sessions: 0 }, kept.text);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: other })).status, 200);
  const last = 'yet another password';
  const ended = await change(cookieOf(kept), { current_password: next, new_password: last });
  assert.deepEqual(ended.json, { status: 'changed', ended_sessions: 1 }, ended.text);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: other })).status, 401);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: cookieOf(ended) })).status, 200);
  server.world.advance(61_000);
  for (const password of [PASSWORD, next]) {
    const json = { email: ada.email, password };
    assert.equal((await server.ask('POST', '/app/auth/sign-in/email', { json })).status, 401);
  }
  await server.signIn(ada.email, last);
});

test('abuse case 46: a person sees their sessions with place and client and ends them one by one or all', async (t) => {
  const server = await startServer(t);
  const [ada, eve] = [await server.person('Ada'), await server.person('Eve')];
  const signIn = async (agent: string) =>
    cookieOf(
      await server.ask('POST', '/app/auth/sign-in/email', {
        json: { email: ada.email, password: PASSWORD },
        headers: { 'user-agent': agent },
      }),
    );
  const [phone, tablet] = [await signIn('phone/1.0'), await signIn('tablet/1.0')];
  const list = async (cookie: string) => (await server.ask('GET', '/app/me/sessions', { cookie })).json;
  const sessions = await list(phone);
  assert.equal(sessions.length, 3);
  const onPhone = sessions.find(({ client }: { client: string }) => client === 'phone/1.0');
  assert.deepEqual([onPhone.current, onPhone.address], [true, '127.0.0.1']);
  assert.equal(
    JSON.stringify(sessions).includes(decodeURIComponent(phone.split('=')[1]!).split('.')[0]!),
    false,
  );

  const onTablet = sessions.find(({ client }: { client: string }) => client === 'tablet/1.0');
  const foreign = await server.ask('DELETE', `/app/me/sessions/${onTablet.id}`, { cookie: eve.cookie });
  const absent = await server.ask('DELETE', '/app/me/sessions/999999', { cookie: eve.cookie });
  assert.equal(withoutRequestId(foreign.text), withoutRequestId(absent.text));
  assert.equal(foreign.status, 404);
  assert.equal((await list(tablet)).length, 3, 'control: it lives');
  await server.ask('DELETE', `/app/me/sessions/${onTablet.id}`, { cookie: phone });
  assert.equal((await server.ask('GET', '/app/me/sessions', { cookie: tablet })).status, 401);
  const all = await server.ask('DELETE', '/app/me/sessions', { cookie: phone });
  assert.deepEqual(all.json, { ended_sessions: 1 });
  assert.equal((await list(phone)).length, 1);
  assert.equal(
    (await server.ask('GET', '/app/me/sessions', { cookie: eve.cookie })).status,
    200,
    'others stay',
  );
});

test("security: a person's own pages know no key, no other site, and nobody signed out", async () => {
  const server = await startServer({ after });
  const ada = await server.person('Ada');
  const key = (await ada.key()).text;
  for (const [method, path] of [
    ['GET', '/app/me/sessions'],
    ['DELETE', '/app/me/sessions'],
    ['DELETE', '/app/me/sessions/1'],
    ['POST', '/app/me/password'],
    ['POST', '/app/auth/confirm'],
    ['GET', '/app/accounts'],
    ['POST', '/app/accounts/switch'],
    ['POST', '/app/accounts/leave'],
  ] as const) {
    const json = method === 'GET' ? {} : { json: {} };
    for (const ask of [{ key, ...json }, { ...json }]) {
      const answer = await server.ask(method, path, ask);
      assert.deepEqual([answer.status, answer.json.code], [401, 'session_required'], path);
    }
    if (method === 'GET') continue;
    const headers = { origin: 'http://evil.example' };
    assert.equal(
      (await server.ask(method, path, { cookie: ada.cookie, headers, ...json })).status,
      403,
      path,
    );
  }
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
