import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { after, test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { startIssuer, type TestIssuer } from '../testing/issuer.ts';
import { fetchJson } from './fetch-json.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { isSignedBy } from './verify-token.ts';

const agents = { 'http:': new HttpAgent(), 'https:': new HttpsAgent() };

/** Keys of a server whose clock the test moves. */
function open(issuer: TestIssuer, jwksUrl: string | null = null) {
  let nowMs = 1000;
  const keys = new IssuerKeys({
    fetchJson: fetchJson({ agents, timeoutMs: 2000 }),
    monotonicMs: () => nowMs,
  });
  return {
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** `signed`, `not signed` or `unreachable`. */
    async look(token: string | Promise<string>) {
      const found = await isSignedBy(keys, { issuer: issuer.url, jwksUrl }, await token);
      return 'unreachable' in found ? 'unreachable' : found.signed ? 'signed' : 'not signed';
    },
  };
}

const claims = (issuer: TestIssuer) => ({ iss: issuer.url, sub: 'a', aud: 'b' });
const count = ({ asked }: TestIssuer) => asked.discovery + asked.keys;

test('keys are asked for once, and again when a token names a new one; made-up names do not become requests', async () => {
  const issuer = await startIssuer({ after });
  const { look, advance } = open(issuer);
  const first = await issuer.sign(claims(issuer));
  const looks = await Promise.all(Array.from({ length: 20 }, () => look(first)));
  assert.deepEqual(new Set(looks), new Set(['signed']));
  assert.deepEqual(issuer.asked, { discovery: 1, keys: 1 }, 'twenty at once are one question');
  await issuer.rotate(true);
  const second = issuer.sign(claims(issuer));
  advance(30_000);
  assert.equal(await look(second), 'signed', 'found at once');
  assert.equal(await look(first), 'signed', 'and the old one is still published');
  assert.equal(issuer.asked.keys, 2);
  for (let n = 0; n < 50; n++) {
    assert.equal(await look(issuer.sign(claims(issuer), { kid: `made-up-${n}` })), 'not signed');
  }
  assert.equal(issuer.asked.keys, 2, 'a moment ago it had no such key');
  advance(30_000);
  for (let n = 0; n < 50; n++) await look(issuer.sign(claims(issuer), { kid: `made-up-${n}` }));
  assert.equal(issuer.asked.keys, 3);
});

test('security: a key that the issuer has removed is accepted for ten minutes at most', async () => {
  const issuer = await startIssuer({ after });
  const { look, advance } = open(issuer);
  const old = issuer.sign(claims(issuer));
  assert.equal(await look(old), 'signed');
  await issuer.rotate();
  advance(10 * 60_000 - 1);
  assert.equal(await look(old), 'signed');
  advance(1);
  assert.equal(await look(old), 'not signed');
  assert.equal(await look(issuer.sign(claims(issuer))), 'signed', 'control: its new one');
});

test('while the issuer is down what is known of it holds for an hour; a key that is not known is neither right nor wrong', async () => {
  const issuer = await startIssuer({ after });
  const { look, advance } = open(issuer);
  const known = issuer.sign(claims(issuer));
  assert.equal(await look(known), 'signed');
  issuer.answers('broken');
  await issuer.rotate();
  advance(11 * 60_000);
  assert.equal(await look(known), 'signed');
  assert.equal(await look(issuer.sign(claims(issuer))), 'unreachable', 'it may be a new key');
  const before = count(issuer);
  for (let n = 0; n < 20; n++) await look(issuer.sign(claims(issuer)));
  assert.equal(count(issuer), before, 'it is not asked all the time');
  advance(49 * 60_000 - 1);
  assert.equal(await look(known), 'signed');
  advance(1);
  assert.equal(await look(known), 'unreachable', 'nothing is accepted');
  issuer.answers('right');
  advance(5000);
  assert.equal(await look(issuer.sign(claims(issuer))), 'signed', 'control: it is back');
});

test('security: an issuer that never answers costs a bounded time, and one that is far too long a bounded size', async () => {
  for (const how of ['hanging', 'huge'] as const) {
    const issuer = await startIssuer({ after });
    const { look, advance } = open(issuer);
    issuer.answers(how);
    const token = await issuer.sign(claims(issuer));
    assert.equal(await look(token), 'unreachable', how);
    issuer.answers('right');
    advance(5000);
    assert.equal(await look(token), 'signed', 'control');
  }
});

test('security: shared secrets, keys for encryption and oversized ones check nothing, whoever publishes them', async () => {
  const issuer = await startIssuer({ after });
  const secret = randomBytes(64);
  const other = await generateKeyPair('RS256', { extractable: true });
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(other.publicKey);
  issuer.publish([
    { kty: 'oct', kid: 'oct', k: secret.toString('base64url'), alg: 'HS256' },
    { ...jwk, kid: 'enc', use: 'enc' },
    { ...jwk, kid: 'large', n: 'A'.repeat(1367) },
    { ...jwk, kid: 'slow', e: 'AQAAAAAB' },
    { ...(await exportJWK(pair.privateKey)), kid: 'private' },
    null as never,
    { ...(await exportJWK(pair.publicKey)), kid: 'right' },
  ]);
  const { look } = open(issuer);
  const sign = (kid: string, key: Uint8Array | typeof pair.privateKey, alg: string) =>
    look(issuer.sign(claims(issuer), { kid, key, alg }));
  assert.equal(await sign('oct', secret, 'HS256'), 'not signed');
  for (const kid of ['enc', 'large', 'slow']) {
    assert.equal(await sign(kid, other.privateKey, 'RS256'), 'not signed', kid);
  }
  assert.equal(await sign('private', pair.privateKey, 'ES256'), 'not signed');
  assert.equal(await sign('right', pair.privateKey, 'ES256'), 'signed', 'control');
});

test('keys of every accepted kind check what they have signed', async () => {
  for (const alg of [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ]) {
    const issuer = await startIssuer({ after }, alg);
    const { look } = open(issuer);
    const token = await issuer.sign(claims(issuer));
    assert.equal(await look(token), 'signed', alg);
    const cut = token.lastIndexOf('.') + 3;
    const forged = token.slice(0, cut) + (token[cut] === 'A' ? 'B' : 'A') + token.slice(cut + 1);
    assert.equal(await look(forged), 'not signed', alg);
  }
});

test('where the keys are said to be they are read without a discovery document, and stand for that place alone', async () => {
  const issuer = await startIssuer({ after });
  const { look } = open(issuer, `${issuer.url}/keys`);
  issuer.answers('other issuer');
  assert.equal(await look(issuer.sign(claims(issuer))), 'signed');
  assert.equal(issuer.asked.discovery, 0);
});
