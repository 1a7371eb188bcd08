import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { checkKeyText, isOlderKeyText, maskKey } from './check.ts';
import { ALPHABET, mintKey } from './format.ts';
import { mintSecret } from './kinds.ts';

const VECTOR = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';

const says = (text: string) => {
  const result = checkKeyText(text);
  return result.ok ? 'ok' : result.problem;
};
const cut = (text: string, at: number, count: number, put = '') =>
  text.slice(0, at) + put + text.slice(at + count);

test('white space and line ends around a key are cut', () => {
  assert.deepEqual(checkKeyText(`\t ${VECTOR}\r\n`), { ok: true, key: VECTOR });
});

test('what is wrong with a text is said in these words', () => {
  for (const [text, words] of [
    ['  ', 'empty'],
    [VECTOR.slice(0, 40), 'truncated: 40 of 61 characters'],
    [VECTOR.slice(0, 60), 'truncated: 60 of 61 characters'],
    [cut(VECTOR, 30, 0, ' '), 'extra space'],
    [cut(VECTOR, 30, 0, '\r\n  '), 'extra space'],
    [cut(VECTOR.slice(0, 40), 30, 0, ' '), 'extra space, and truncated: 40 of 61 characters'],
    [`${VECTOR}\n${VECTOR}`, 'extra space, and too long: 123 of 61 characters'],
    [`Bearer ${VECTOR}`, 'extra space, and more than a key: the key is characters 8 to 68 of 68'],
    [`KEY=${VECTOR}`, 'more than a key: the key is characters 5 to 65 of 65'],
    [`${VECTOR}00`, 'too long: 63 of 61 characters'],
    [`${VECTOR},`, 'too long: 62 of 61 characters'],
    [`"${VECTOR}"`, 'quotes around it'],
    [`“${VECTOR}”`, 'quotes around it'],
    [`'${VECTOR.slice(0, 50)}`, 'quotes around it'],
    [VECTOR.replace('instavm_sk_', 'INSTAVM_SK_'), 'wrong case: a key begins with instavm_sk_'],
    [VECTOR.toUpperCase(), 'wrong case: a key begins with instavm_sk_'],
    [VECTOR.slice(11), 'its beginning is missing: instavm_sk_'],
    [VECTOR.slice(3), 'its beginning is missing: instavm_sk_'],
    [`${VECTOR.slice(0, 23)}…`, 'only the part that may be shown: the secret is cut out'],
    [cut(VECTOR, 30, 2, 'é!'), 'holds a character that no key has: character 31'],
    ['hunter2', 'does not begin with instavm_sk_'],
  ] as const) {
    assert.equal(says(text), words);
  }
});

test('one slip anywhere in a key is named with its place, and the checksum is what confirms it', () => {
  const key = mintKey(randomBytes);
  for (let at = 0; at < key.length; at++) {
    const other = ALPHABET[(ALPHABET.indexOf(key[at]!) + 7) % 62]!;
    assert.equal(says(cut(key, at, 1, other)), `one character is wrong: character ${at + 1} of 61`);
    assert.equal(says(cut(key, at, 1, 'é')), `one character is wrong: character ${at + 1} of 61`);
    const isRun = key[at] === key[at - 1] || key[at] === key[at + 1];
    if (at < 60 && !isRun) {
      assert.equal(says(cut(key, at, 1)), `one character is missing: character ${at + 1} of 61`);
      const swapped = cut(key, at, 2, key[at + 1]! + key[at]!);
      assert.equal(says(swapped), `two characters are swapped: characters ${at + 1} and ${at + 2} of 61`);
    }
    const extra = says(cut(key, at, 0, '_'));
    assert.match(extra, at === 0 ? /^more than a key/ : /^one character too many: character \d+ of 62$/);
  }
});

test('what no single slip explains is not called one', () => {
  for (let round = 0; round < 50; round++) {
    const key = mintKey(randomBytes);
    const [first, second] = [12 + round / 2, 40].map(Math.floor) as [number, number];
    const other = (at: number) => ALPHABET[(ALPHABET.indexOf(key[at]!) + 1 + round) % 62]!;
    const twice = cut(cut(key, first, 1, other(first)), second, 1, other(second));
    assert.equal(says(twice), 'more than one character is wrong');
  }
});

test('a secret of another kind is called what it is', () => {
  for (const [text, words] of [
    [mintSecret('sandbox_token', randomBytes), 'a sandbox token, not an API key'],
    ['instavm_st_abc', 'a sandbox token, not an API key'],
    [mintSecret('webhook_secret', randomBytes), 'a webhook secret, not an API key'],
    ['ghp_x', 'this is not an InstaVM key: it looks like a GitHub token'],
    ['github_pat_x', 'this is not an InstaVM key: it looks like a GitHub token'],
    ['AKIAIOSFODNN7EXAMPLE', 'this is not an InstaVM key: it looks like an AWS access key'],
    ['sk-proj-x', 'this is not an InstaVM key: it looks like an OpenAI key'],
    ['sk-ant-api03-x', 'this is not an InstaVM key: it looks like an Anthropic key'],
    ['sk_live_x', 'this is not an InstaVM key: it looks like a Stripe key'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x', 'this is not an InstaVM key: it looks like a JSON Web Token'],
    ['-----BEGIN PRIVATE KEY-----', 'this is not an InstaVM key: it looks like a private key or certificate'],
  ] as const) {
    assert.equal(says(text), words);
  }
});

test('security: no words about a text hold five characters of its secret in a row', () => {
  const key = mintKey(randomBytes);
  const texts = [
    ...Array.from({ length: 60 }, (_, at) => key.slice(0, at)),
    ...Array.from({ length: 61 }, (_, at) => cut(key, at, 1, '!')),
    ...['"', ' ', 'Bearer ', 'x'].flatMap((around) => [around + key, key + around, cut(key, 40, 0, around)]),
    key.slice(11),
    key.toLowerCase(),
  ];
  for (const text of texts) {
    const words = says(text).toLowerCase();
    for (let at = 23; at < 57; at++) assert.equal(words.includes(key.slice(at, at + 5).toLowerCase()), false);
  }
});

test('an older key, whose text proves nothing, is known by its form', () => {
  assert.equal(isOlderKeyText(`instavm_sk_${'a1'.repeat(16)}\n`), true);
  assert.equal(isOlderKeyText(`${'Ab_-'.repeat(10)}xyz`), true);
  for (const text of [
    VECTOR,
    VECTOR.slice(0, 42),
    'instavm_st_'.padEnd(43, '0'),
    'whsec_'.padEnd(43, '0'),
    '',
  ]) {
    assert.equal(isOlderKeyText(text), false);
  }
});

test('a mask shows the public part and nothing of the secret', () => {
  assert.equal(maskKey(VECTOR), 'instavm_sk_0123456789AB…');
  assert.equal(maskKey('hunter2'), '…');
  assert.equal(maskKey(`instavm_sk_${'a1'.repeat(16)}`), '…');
});
