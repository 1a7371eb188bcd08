import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cookieOf, startServer } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');

const signIn = async (password: string) => {
  server.world.advance(61_000);
  return server.ask('POST', '/app/auth/sign-in/email', { json: { email: ada.email, password } });
};

test('security: a password of any composition is taken, to 128 characters, and checked exactly as it was given', async () => {
  let current = 'correct horse battery';
  let cookie = ada.cookie;
  for (const [next, ...likeIt] of [
    ['aaaaaaaaaa', 'AAAAAAAAAA', 'aaaaaaaaa', 'aaaaaaaaaaa'],
    ['0000000000', ' 0000000000', '0000000000 ', '0000000000\n'],
    ['  blanks round it  ', 'blanks round it', 'blanks  round it'],
    ['pässwörter sind müde', 'pa\u0308sswo\u0308rter sind mu\u0308de', 'passworter sind mude'],
    ['パスワードは長いほど良い', 'ハスワートは長いほと良い'],
    ['👩‍🚀👩‍🚀👩‍🚀 to the moon', '👩🚀👩🚀👩🚀 to the moon'],
    [`${'x'.repeat(127)}y`, 'x'.repeat(128), 'x'.repeat(127), 'x'.repeat(72)],
    [`"';--<script>{{%s}}`, `"';--&lt;script>{{%s}}`],
  ] as const) {
    server.world.advance(61_000);
    const changed = await server.ask('POST', '/app/me/password', {
      cookie,
      json: { current_password: current, new_password: next },
    });
    assert.equal(changed.status, 200, `${next} ${changed.text}`);
    cookie = cookieOf(changed);
    for (const other of [...likeIt, current]) {
      const refused = await signIn(other);
      assert.deepEqual([refused.status, refused.json.code], [401, 'sign_in_failed'], JSON.stringify(other));
    }
    assert.equal((await signIn(next)).status, 200, `control: ${next}`);
    current = next;
  }
});

test('security: the id of a session has more than 128 bits, and no two are alike', async () => {
  const ids = new Set<string>();
  for (let i = 0; i < 12; i++) {
    server.world.advance(61_000);
    const { cookie } = await server.person(`P${i}`);
    const id = decodeURIComponent(cookie.split('=')[1]!).split('.')[0]!;
    assert.match(id, /^[0-9A-Za-z]{32,}$/, 'base62: 5.95 bits a character, 190 in all');
    ids.add(id);
  }
  assert.equal(ids.size, 12);
  for (let place = 0; place < 32; place++) {
    assert.ok(new Set([...ids].map((id) => id[place])).size > 2, `character ${place} is no constant`);
  }
});

test('security: a sign-in with a wrong password is in the trail of refusals, and holds nothing of what was tried', async () => {
  const tried = 'a password that is wrong';
  assert.equal((await signIn(tried)).status, 401);
  await server.deps.refusals.flush(server.deps.db, server.world.now());
  const rows = await server.deps.db
    .selectFrom('audit_event')
    .selectAll()
    .where('event_type', '=', 'auth.refused')
    .execute();
  const refused = rows.filter(({ payload }) => payload.includes('sign_in_failed'));
  assert.ok(refused.length > 0, JSON.stringify(rows));
  assert.equal(JSON.stringify(rows).includes(tried), false);
});
