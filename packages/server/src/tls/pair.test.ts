import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeAuthority } from '../testing/authority.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runProgram } from '../testing/program.ts';
import { hostsOf, PairError, readPair } from './pair.ts';

const authority = makeAuthority();
const good = authority.issue(['instavm.example', '127.0.0.1']);
const DAY_MS = 86_400_000;

function files(t: TestContext, { cert, key }: { cert?: string; key?: string }) {
  const folder = temporaryFolder(t);
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  if (cert !== undefined) writeFileSync(certFile, cert);
  if (key !== undefined) writeFileSync(keyFile, key);
  return { certFile, keyFile };
}

function refusal(t: TestContext, texts: { cert?: string; key?: string }): string {
  try {
    readPair(files(t, texts), Date.now());
  } catch (error) {
    assert.ok(error instanceof PairError, String(error));
    assert.equal(error.message.includes('\n'), false, 'one line');
    assert.equal(error.message.includes('BEGIN EC'), false);
    return error.message;
  }
  return 'taken';
}

test('a certificate and its key are taken, with or without the chain, and name the hosts they are for', (t) => {
  const { certificate } = readPair(files(t, good), Date.now());
  assert.deepEqual(hostsOf(certificate), ['instavm.example', '127.0.0.1']);
  assert.equal(refusal(t, { ...good, cert: good.cert + authority.cert }), 'taken');
  const wild = authority.issue(['*.instavm.example', 'INSTAVM.example']);
  assert.deepEqual(hostsOf(readPair(files(t, wild), Date.now()).certificate), ['instavm.example']);
});

test('security: files that cannot serve https are refused with what is wrong and what to do', (t) => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const locked = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }) as string;
  const day = (days: number) => new Date(Date.now() + days * DAY_MS);
  const expired = authority.issue(['a.example'], { notBefore: day(-9), notAfter: day(-1) });
  const early = authority.issue(['a.example'], { notBefore: day(1), notAfter: day(9) });
  for (const [texts, says] of [
    [
      { key: good.key },
      /^INSTAVM_TLS_CERT=.*cert\.pem does not exist; give the file that holds the certificate/,
    ],
    [
      { cert: good.cert },
      /^INSTAVM_TLS_KEY=.*key\.pem does not exist; give the file that holds the private key/,
    ],
    [{ cert: '', key: good.key }, /holds no certificate in PEM/],
    [{ cert: good.key, key: good.cert }, /holds no certificate in PEM/],
    [{ cert: good.cert.slice(0, 200), key: good.key }, /holds no certificate in PEM/],
    [{ cert: good.cert, key: good.cert }, /holds no private key in PEM/],
    [{ cert: good.cert, key: locked }, /locked with a passphrase; give one without: openssl pkey/],
    [{ cert: good.cert, key: authority.issue(['b.example']).key }, /do not belong together: give the key/],
    [{ cert: authority.cert + good.cert, key: good.key }, /do not belong together.*own certificate first/],
    [expired, /cert\.pem expired at \d{4}-.*; renew it/],
    [early, /is not valid before \d{4}-.*; check this machine's clock/],
  ] as const) {
    assert.match(refusal(t, texts), says);
  }
  assert.equal(refusal(t, good), 'taken', 'control');
});

test('the program says in one line why it does not start with such files', async (t) => {
  const { certFile, keyFile } = files(t, { cert: good.cert, key: authority.issue(['b.example']).key });
  const args = ['--port', '0', '--data-dir', temporaryFolder(t)];
  const env = { INSTAVM_TLS_CERT: certFile, INSTAVM_TLS_KEY: keyFile };
  const ended = await runProgram(args, env);
  assert.deepEqual([ended.code, ended.stdout], [1, '']);
  assert.match(ended.stderr, /^INSTAVM_TLS_CERT=[^\n]* do not belong together[^\n]*\n$/);
  const folder = join(temporaryFolder(t), 'folder');
  mkdirSync(folder);
  const unreadable = await runProgram(args, { ...env, INSTAVM_TLS_CERT: folder });
  assert.match(unreadable.stderr, /cannot be read \(EISDIR\)/);
});
