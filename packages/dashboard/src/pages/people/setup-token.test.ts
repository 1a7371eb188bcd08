import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSetupToken, takeSetupToken } from './setup-token.ts';

const token = 'q8-ZrW1o_VbX0123456789abcdefghijklmnopqrstu';

test('the set-up token is found in a fragment, in a pasted link and by itself', () => {
  for (const text of [`#token=${token}`, `http://127.0.0.1:8080/first-run#token=${token}`, ` ${token}\n`]) {
    assert.equal(readSetupToken(text), token);
  }
});

test('text that is no token is not sent anywhere', () => {
  for (const text of ['', 'http://127.0.0.1:8080/first-run', '#token=', 'two words that are long enough']) {
    assert.equal(readSetupToken(text), null);
  }
});

test('taking the token leaves an address without it', () => {
  const replaced: string[] = [];
  const history = { state: null, replaceState: (_: unknown, __: string, url: string) => replaced.push(url) };
  const location = { hash: `#token=${token}`, pathname: '/first-run', search: '' };
  assert.equal(takeSetupToken(location as Location, history as unknown as History), token);
  assert.deepEqual(replaced, ['/first-run']);
});
