import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, startServer, withoutRequestId } from '../../testing/server.ts';

const SIGN_UP = '/app/auth/sign-up';

test('security: nobody signs up by themselves unless the operator opened it', async (t) => {
  for (const signUp of ['owner-only', 'invite'] as const) {
    const server = await startServer(t, { config: { signUp } });
    assert.deepEqual((await server.ask('GET', SIGN_UP)).json, { open: false });
    const answer = await server.ask('POST', SIGN_UP, {
      json: { name: 'Eve', email: 'eve@example.com', password: PASSWORD },
    });
    assert.deepEqual([answer.status, answer.json.code], [403, 'sign_up_closed']);
  }
});

test('where sign-up is open a person makes an account of their own and signs in', async (t) => {
  const server = await startServer(t, { config: { signUp: 'open' } });
  assert.deepEqual((await server.ask('GET', SIGN_UP)).json, { open: true });
  const json = { name: 'Eve', email: 'Eve@example.com', password: PASSWORD };
  for (const wrong of [
    { ...json, password: 'short' },
    { ...json, role: 'owner' },
    { ...json, name: '' },
    {},
  ]) {
    assert.equal((await server.ask('POST', SIGN_UP, { json: wrong })).status, 422);
  }
  const made = await server.ask('POST', SIGN_UP, { json });
  assert.equal(made.status, 202, made.text);
  const cookie = await server.signIn('eve@example.com');
  const [account] = (await server.ask('GET', '/app/accounts', { cookie })).json;
  assert.deepEqual([account.name, account.role], ['Eve', 'owner']);
  const key = await server.ask('POST', '/app/v1/api-keys/', { cookie, json: {} });
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.json.full_key })).status, 200);
});

test('abuse case 18: signing up with an e-mail in use gets the same answer, changes nobody, and costs as much', async (t) => {
  const server = await startServer(t, { config: { signUp: 'open' } });
  const ada = await server.person('Ada');
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  const texts = new Set<string>();
  for (let round = 0; round < 12; round++) {
    for (const kind of ['known', 'unknown'] as const) {
      server.world.advance(61_000);
      const email = kind === 'known' ? ada.email : `new${round}@example.com`;
      const began = performance.now();
      const answer = await server.ask('POST', SIGN_UP, {
        json: { name: 'X', email, password: 'another password' },
      });
      times[kind].push(performance.now() - began);
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.headers.getSetCookie(), []);
      texts.add(withoutRequestId(answer.text));
    }
  }
  assert.equal(texts.size, 1);
  const ratio = median(times.known) / median(times.unknown);
  assert.ok(
    ratio > 0.5 && ratio < 2,
    `median time of a known e-mail is ${ratio.toFixed(2)} of an unknown one's`,
  );
  server.world.advance(61_000);
  await server.signIn(ada.email);
  const events = await server.deps.db
    .selectFrom('audit_event')
    .select('event_type')
    .where('account_id', '=', ada.accountId)
    .where('event_type', '=', 'person.sign_up_refused')
    .execute();
  assert.equal(events.length, 12, 'the person whom it belongs to can see it');
});

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
