import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { checksum, mintKey } from '@instavm/keyformat';
import { startServer } from '../testing/server.ts';
import { frozenWorld } from '../testing/world.ts';

const server = await startServer({ after }, { world: frozenWorld() });
const ada = await server.person('Ada');
const key = await ada.key();

const ask = (text: string) => server.ask('GET', '/v1/vms', { key: text });
/** A well-formed key with the public id of a real one. */
const guessAt = (publicId: string) => {
  const body = `instavm_sk_${publicId}${mintKey(randomBytes).slice(23, 55)}`;
  return body + checksum(body);
};

test('abuse case 13: guessing secrets of one id is slowed down, and its right key is never held up', async () => {
  const answers = [];
  for (let i = 0; i < 65; i++) answers.push(await ask(guessAt(key.publicId)));
  const statuses = answers.map(({ status }) => status);
  assert.deepEqual(
    statuses.slice(0, 60),
    Array(60).fill(401),
    'control: guesses are answered as any wrong key',
  );
  assert.deepEqual(statuses.slice(60), Array(5).fill(429));
  const refused = answers.at(-1)!;
  assert.equal(refused.json.detail, 'Rate limit exceeded');
  assert.equal(refused.json.type, 'https://iana.org/assignments/http-problem-types#abnormal-usage-detected');
  assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  assert.equal((await ask(key.text)).status, 200);
  assert.equal((await ask(guessAt(key.publicId))).status, 429, 'the right key has not let guesses through');
});

test('abuse case 13: guessing from one network is slowed down, and right keys from there are never held up', async () => {
  let answered = 0;
  while ((await ask(mintKey(randomBytes))).status === 401) answered += 1;
  // Those of the test before came from here too.
  assert.ok(answered >= 900 && answered < 1000, String(answered));
  assert.equal((await ask(key.text)).status, 200);
});

test('abuse case 37: what is no key at all and the right secret of a dead key stay 401', async () => {
  const dead = await ada.key();
  await server.ask('DELETE', `/v1/api-keys/${dead.id}`, { key: key.text });
  for (let i = 0; i < 70; i++) {
    assert.equal((await ask('no key')).status, 401);
    assert.equal((await ask(dead.text)).json.code, 'key_revoked');
  }
});
