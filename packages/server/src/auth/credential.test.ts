import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCredential } from './credential.ts';

const key = (text: string, source: 'x-api-key' | 'bearer' = 'x-api-key') => ({ kind: 'key', text, source });
const NONE = { kind: 'none' };
const CONFLICT = { kind: 'conflict' };

test('a key is read from X-API-Key or from Authorization: Bearer, in any case of the names', () => {
  assert.deepEqual(readCredential(['X-API-Key', 'k']), key('k'));
  assert.deepEqual(readCredential(['x-aPi-kEY', 'k']), key('k'));
  assert.deepEqual(readCredential(['Authorization', 'Bearer k']), key('k', 'bearer'));
  assert.deepEqual(readCredential(['aUTHORIZATION', 'bEARER   k']), key('k', 'bearer'));
  assert.deepEqual(readCredential(['Host', 'h', 'X-API-Key', 'k', 'Accept', '*/*']), key('k'));
});

test('a request without a key has none, whatever else it carries', () => {
  assert.deepEqual(readCredential([]), NONE);
  assert.deepEqual(readCredential(['Cookie', 'x-api-key=k', 'X_API_Key', 'k', 'X-API-Key2', 'k']), NONE);
  assert.deepEqual(readCredential(['Proxy-Authorization', 'Bearer k']), NONE);
});

test('security: a header that comes twice is a conflict, even when both hold the same key', () => {
  for (const [first, second] of [
    ['good', 'bad'],
    ['bad', 'good'],
    ['good', 'good'],
    ['good', ''],
  ] as const) {
    assert.deepEqual(readCredential(['X-API-Key', first, 'x-api-key', second]), CONFLICT);
    assert.deepEqual(
      readCredential(['Authorization', `Bearer ${first}`, 'authorization', `bearer ${second}`]),
      CONFLICT,
    );
  }
});

test('security: two headers with different keys are a conflict; with the same key they are one credential', () => {
  assert.deepEqual(readCredential(['X-API-Key', 'a', 'Authorization', 'Bearer b']), CONFLICT);
  assert.deepEqual(readCredential(['Authorization', 'Bearer b', 'X-API-Key', 'a']), CONFLICT);
  assert.deepEqual(readCredential(['Authorization', 'Bearer', 'X-API-Key', 'a']), CONFLICT);
  assert.deepEqual(readCredential(['X-API-Key', 'a', 'Authorization', 'Bearer a']), key('a'));
});

test('Basic and other schemes are ignored, so that a netrc file breaks nothing', () => {
  assert.deepEqual(readCredential(['Authorization', 'Basic dTpw', 'X-API-Key', 'k']), key('k'));
  assert.deepEqual(
    readCredential(['Authorization', 'Basic dTpw', 'Authorization', 'Bearer k']),
    key('k', 'bearer'),
  );
  assert.deepEqual(readCredential(['Authorization', 'Basic dTpw']), NONE);
  assert.deepEqual(readCredential(['Authorization', 'BearerX k']), NONE);
});

test('an empty or blank key is a key that is wrong, not an absent one', () => {
  assert.deepEqual(readCredential(['X-API-Key', '']), key(''));
  assert.deepEqual(readCredential(['X-API-Key', ' \t ']), key(''));
  assert.deepEqual(readCredential(['Authorization', 'Bearer']), key('', 'bearer'));
  assert.deepEqual(readCredential(['Authorization', 'Bearer  ']), key('', 'bearer'));
});

test('security: only blanks and tabs are cut; other white space belongs to the key and makes it wrong', () => {
  assert.deepEqual(readCredential(['X-API-Key', '\t k ']), key('k'));
  for (const blank of ['\u00a0', '\u000b', '\u000c']) {
    assert.deepEqual(readCredential(['X-API-Key', `k${blank}`]), key(`k${blank}`));
    assert.deepEqual(readCredential(['Authorization', `Bearer k${blank}`]), key(`k${blank}`, 'bearer'));
  }
});
