import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Certificate, makeAuthority } from '../testing/authority.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { testWorld } from '../testing/world.ts';
import { CurrentPair } from './current-pair.ts';

const authority = makeAuthority();
const DAY_MS = 86_400_000;

function setUp(t: TestContext, first = authority.issue(['one.example'])) {
  const folder = temporaryFolder(t);
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  const rename = (file: string, text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  rename(files.certFile, first.cert);
  rename(files.keyFile, first.key);
  const world = testWorld();
  const logged: string[] = [];
  const note = (level: string) => (_facts: unknown, text: string) => void logged.push(`${level}: ${text}`);
  const log = { info: note('info'), warn: note('warn'), error: note('error') } as never;
  const current = new CurrentPair(files, { now: world.now, log });
  return { folder, files, rename, world, logged, current };
}

test('a new pair is in force once both files are there, and the moment between them is no error', (t) => {
  const { files, rename, logged, current } = setUp(t);
  const next = authority.issue(['two.example']);
  assert.equal(current.check(), false, 'nothing has changed');
  rename(files.certFile, next.cert);
  assert.equal(current.check(), false, 'one of two');
  assert.deepEqual(current.hosts, ['one.example']);
  rename(files.keyFile, next.key);
  assert.equal(current.check(), true);
  assert.deepEqual(current.hosts, ['two.example']);
  assert.deepEqual(logged, ['info: the certificate was replaced']);
  assert.equal(current.check(), false);
});

test('security: a broken pair keeps the one before in force and is told once', (t) => {
  const { files, rename, logged, current } = setUp(t);
  const other = authority.issue(['two.example']);
  const expired = authority.issue(['three.example'], {
    notBefore: new Date(Date.now() - 9 * DAY_MS),
    notAfter: new Date(Date.now() - DAY_MS),
  });
  const broken: Certificate[] = [
    { ...other, key: authority.issue(['x.example']).key },
    expired,
    { cert: '', key: '' },
  ];
  for (const { cert, key } of broken) {
    logged.length = 0;
    rename(files.certFile, cert);
    rename(files.keyFile, key);
    for (let i = 0; i < 4; i++) assert.equal(current.check(), false);
    assert.deepEqual(current.hosts, ['one.example']);
    assert.deepEqual(logged, ['error: the new certificate cannot be used; the one before stays in force']);
  }
  logged.length = 0;
  rmSync(files.keyFile);
  for (let i = 0; i < 4; i++) assert.equal(current.check(), false);
  assert.equal(logged.length, 1);
  rename(files.certFile, other.cert);
  rename(files.keyFile, other.key);
  assert.equal(current.check(), true, 'control: a good one is taken after that');
});

test('a link to a new folder replaces both at once, as ACME clients and Kubernetes do it', (t) => {
  const { folder, rename, world, current: _, ...rest } = setUp(t);
  const [now, next] = [authority.issue(['one.example']), authority.issue(['two.example'])];
  for (const [name, { cert, key }] of Object.entries({ v1: now, v2: next })) {
    mkdirSync(join(folder, name));
    rename(join(folder, name, 'cert.pem'), cert);
    rename(join(folder, name, 'key.pem'), key);
  }
  const live = join(folder, 'live');
  symlinkSync(join(folder, 'v1'), live);
  const files = { certFile: join(live, 'cert.pem'), keyFile: join(live, 'key.pem') };
  const quiet = () => {};
  const linked = new CurrentPair(files, {
    now: world.now,
    log: { info: quiet, warn: quiet, error: quiet } as never,
  });
  symlinkSync(join(folder, 'v2'), `${live}.new`);
  renameSync(`${live}.new`, live);
  assert.equal(linked.check(), true);
  assert.deepEqual(linked.hosts, ['two.example']);
  assert.deepEqual(rest.logged, []);
});

test('an end that comes near is told once a day, and that it has come', (t) => {
  const { world, logged, current } = setUp(t);
  current.check();
  assert.deepEqual(logged, []);
  world.advance(80 * DAY_MS);
  for (let i = 0; i < 3; i++) current.check();
  assert.deepEqual(logged, ['warn: the certificate ends soon; renew it']);
  world.advance(11 * DAY_MS);
  for (let i = 0; i < 3; i++) current.check();
  assert.equal(logged.length, 2);
  assert.match(logged[1]!, /^error: the certificate has expired/);
});
