import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ALPHABET, checksum, mintKey } from '@instavm/keyformat';
import fc from 'fast-check';
import { indexOfKeys, indexOfTokens, mintToken } from '../testing/wrong-keys.ts';
import { authenticator } from './authenticate.ts';

const known = indexOfTokens(50);
const keys = indexOfKeys(50);
/** Both kinds in one server. */
const both = { ...known, index: keys.index };
const authenticate = authenticator({ ...both, now: Date.now });
const check = (text: string) => authenticate(text, 'x-api-key');
const token = known.texts[0]!;
const sealed = (body: string) => body + checksum(body);

test('a right token is a principal of its machine, with what a token may have and no more', () => {
  const result = check(token);
  assert.ok(result.ok);
  assert.deepEqual([result.principal.vmId, [...result.principal.permissions]], ['vm_0', ['self:read']]);
});

test('abuse case 2: a token cut, lengthened or changed at any place is malformed, without a look-up', () => {
  let looks = 0;
  const counting = {
    ...both,
    tokens: new Proxy(known.tokens, {
      get(target, name) {
        if (name === 'candidate') looks++;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
  };
  const ask = authenticator({ ...counting, now: Date.now });
  for (let at = 0; at < token.length; at++) {
    for (const letter of ['0', 'Z', 'k', '_', '-', ' ', 'é', '\u0000']) {
      if (letter === token[at]) continue;
      const result = ask(token.slice(0, at) + letter + token.slice(at + 1), 'x-api-key');
      assert.deepEqual(result, { ok: false, code: 'invalid_api_key', guessedId: null }, `place ${at}`);
    }
    assert.equal(ask(token.slice(0, at), 'x-api-key').ok, false);
  }
  for (const text of [`${token}0`, ` ${token}`, `${token}\n`, token.toUpperCase(), '']) {
    assert.deepEqual(ask(text, 'x-api-key'), { ok: false, code: 'invalid_api_key', guessedId: null });
  }
  const before = looks;
  assert.equal(ask(token, 'x-api-key').ok, true);
  assert.deepEqual([before, looks], [0, 1], 'the last one is the control');
});

test('abuse case 3: an unknown id, a wrong secret and the text of the other kind are refused alike', () => {
  const secret = mintToken().slice(23, 55);
  const [key] = keys.texts;
  for (const [text, id] of [
    [mintToken(), null],
    [sealed(token.slice(0, 23) + secret), token.slice(11, 23)],
    [sealed(`instavm_sk_${token.slice(11, 55)}`), token.slice(11, 23)],
    [sealed(`instavm_st_${key!.slice(11, 55)}`), key!.slice(11, 23)],
    [mintKey(randomBytes), null],
  ] as const) {
    const guessedId = id ?? text.slice(11, 23);
    assert.deepEqual(check(text), { ok: false, code: 'invalid_api_key', guessedId });
  }
});

test('property: no text but a token itself is accepted, however well it is formed', () => {
  const base62 = (length: number) =>
    fc
      .array(fc.constantFrom(...ALPHABET), { minLength: length, maxLength: length })
      .map((drawn) => drawn.join(''));
  // The second one has the id of a real token.
  const body = fc.oneof(
    base62(44),
    base62(32).map((drawn) => token.slice(11, 23) + drawn),
  );
  const prefix = fc.constantFrom('instavm_st_', 'instavm_sk_', 'instavm_su_', 'Instavm_st_', 'whsec_', '');
  fc.assert(
    fc.property(prefix, body, fc.string({ maxLength: 3 }), (before, text, more) => {
      assert.equal(check(sealed(before + text)).ok, false, 'with its checksum');
      assert.equal(check(before + text + more).ok, false, 'without one');
      assert.equal(check(token + more).ok, more === '', 'a token with more behind it');
    }),
    { numRuns: 3000 },
  );
});
