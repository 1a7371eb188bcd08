import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { KEY_PREFIX, mintKey } from '@instavm/keyformat';
import { openLog, scrubKeys } from './log.ts';

const CANARY = mintKey(randomBytes);
const SECRET = CANARY.slice(23);

/** Every place of a line in which a key can turn up. */
function logEverywhere(log: ReturnType<typeof openLog>): void {
  log.info({ headers: { 'x-api-key': CANARY, authorization: `Bearer ${CANARY}` } }, 'a request');
  log.warn({ url: `/v1/vms?api_key=${CANARY}&x=1` }, `GET /v1/vms?api_key=${CANARY} from ${CANARY}`);
  log.error({ err: new Error(`no such key: "${CANARY}"`) }, 'it failed');
  log.child({ key: CANARY }).info({ body: JSON.stringify({ api_key: CANARY }) }, 'a child');
  log.info({ [CANARY]: [CANARY, { deep: `${CANARY},${CANARY}` }] }, CANARY);
}

for (const isTTY of [false, true]) {
  test(`security: no line of the log holds a key, wherever it was (${isTTY ? 'terminal' : 'JSON'})`, () => {
    let text = '';
    logEverywhere(openLog({ write: (line) => (text += line), isTTY }));
    assert.ok(text.includes('a request') && text.includes('a child'), 'the lines are there');
    assert.ok(text.includes(CANARY.slice(0, 23)), 'the public part stays, so that the key can be found');
    assert.equal(text.includes(SECRET), false);
    assert.equal(text.includes(CANARY.slice(23, 40)), false);
  });
}

test('security: a key is found between letters of other text, and several in one line', () => {
  const other = mintKey(randomBytes);
  const scrubbed = scrubKeys(`x${CANARY}y ${other}${CANARY}`);
  assert.equal(scrubbed.includes(SECRET), false);
  assert.equal(scrubbed.includes(other.slice(23)), false);
});

test('security: a key that lost its end still shows nothing of its secret', () => {
  for (let length = 24; length < CANARY.length; length++) {
    assert.equal(scrubKeys(`key=${CANARY.slice(0, length)} end`), `key=${CANARY.slice(0, 23)}… end`);
  }
});

test('text without a secret stays as it is', () => {
  for (const text of ['', 'hello', KEY_PREFIX, `${KEY_PREFIX}0123456789AB`, `${KEY_PREFIX}0123456789AB…`]) {
    assert.equal(scrubKeys(text), text);
  }
});
