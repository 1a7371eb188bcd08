import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY, MASK, OTHER_KEY } from '../testing/home.ts';
import { type CredentialInputs, credentialsOf, shadowLine, usableKey, whyInForce } from './credentials.ts';

const NONE: CredentialInputs = {
  flag: undefined,
  stdin: undefined,
  env: {},
  stored: null,
  profile: 'default',
};

test('a key is taken from the flag, then standard input, then the variables, then the file', () => {
  const steps: [Partial<CredentialInputs>, string][] = [
    [{ stored: KEY }, 'profile default'],
    [{ env: { INSTA_API_KEY: KEY } }, 'INSTA_API_KEY'],
    [{ env: { INSTA_API_KEY: KEY, INSTAVM_API_KEY: KEY } }, 'INSTAVM_API_KEY'],
    [{ stdin: KEY }, '--api-key-stdin'],
    [{ flag: KEY }, '--api-key'],
  ];
  const inputs = { ...NONE };
  for (const [added, winner] of steps) {
    Object.assign(inputs, added);
    assert.equal(credentialsOf(inputs)[0]?.place, winner);
  }
  assert.deepEqual(
    credentialsOf(inputs).map(({ source }) => source),
    ['flag', 'stdin', 'env', 'env', 'config'],
  );
});

test('white space and line ends around a key are cut, wherever it comes from', () => {
  const text = `\t ${KEY} \r\n`;
  for (const given of [{ flag: text }, { stdin: text }, { env: { INSTAVM_API_KEY: text } }]) {
    assert.equal(usableKey(credentialsOf({ ...NONE, ...given }), 'file'), KEY);
  }
});

test('one line names the winner and every loser, and shows no secret', () => {
  const credentials = credentialsOf({
    ...NONE,
    flag: KEY,
    stdin: null,
    env: { INSTAVM_API_KEY: OTHER_KEY },
    stored: KEY,
  });
  const line = shadowLine(credentials)!;
  assert.equal(
    line,
    `Using the API key of --api-key (${MASK}); it hides --api-key-stdin and ` +
      'INSTAVM_API_KEY (instavm_sk_ZZZZZZZZZZZZ…).',
  );
  assert.equal(shadowLine(credentialsOf({ ...NONE, stored: KEY })), null);
  assert.equal(
    shadowLine(credentialsOf({ ...NONE, flag: KEY, stored: KEY })),
    null,
    'the same key is not hidden',
  );
  assert.match(
    whyInForce(credentials),
    /^--api-key comes before --api-key-stdin and INSTAVM_API_KEY and profile/,
  );
});

test('a blank one is an error that names it, and nothing below it is taken instead', () => {
  for (const [given, place] of [
    [{ flag: '' }, '--api-key'],
    [{ flag: ' \n' }, '--api-key'],
    [{ stdin: '' }, '--api-key-stdin'],
    [{ env: { INSTAVM_API_KEY: '' } }, 'INSTAVM_API_KEY'],
    [{ env: { INSTA_API_KEY: ' ' } }, 'INSTA_API_KEY'],
  ] as const) {
    const credentials = credentialsOf({ ...NONE, stored: KEY, ...given });
    assert.throws(() => usableKey(credentials, 'file'), { message: `The API key of ${place} is blank` });
  }
});

test('a blank one below a good one hides nothing and disturbs nobody', () => {
  const credentials = credentialsOf({ ...NONE, flag: KEY, env: { INSTAVM_API_KEY: '' } });
  assert.equal(usableKey(credentials, 'file'), KEY);
  assert.equal(shadowLine(credentials), null);
});
