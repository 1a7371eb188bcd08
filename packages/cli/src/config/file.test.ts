import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { cliProcess } from '../testing/cli.ts';
import { KEY, temporaryHome } from '../testing/home.ts';
import { withProfile } from './document.ts';
import { readConfig } from './read.ts';
import { updateConfig } from './update.ts';

const uid = process.getuid?.() ?? null;
const io = { uid, now: () => Date.now() };

function configIn(t: TestContext) {
  const home = temporaryHome(t);
  const folder = join(home, '.instavm');
  return { home, folder, path: join(folder, 'config.json') };
}

const store = (path: string, key: string) =>
  updateConfig(path, io, (document) => withProfile(document, 'default', { apiKey: key }));

test('an absent file is empty settings, and reading makes nothing', async (t) => {
  const { home, path } = configIn(t);
  assert.equal((await readConfig(path, uid)).document.active_profile, 'default');
  assert.deepEqual(readdirSync(home), []);
});

test('what is written is for the owner alone, whatever it was before', async (t) => {
  const { folder, path } = configIn(t);
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(path, '{}', { mode: 0o644 });
  assert.match((await readConfig(path, uid)).warning!, /mode 644/);
  await store(path, KEY);
  assert.equal(lstatSync(folder).mode & 0o777, 0o700);
  assert.equal(lstatSync(path).mode & 0o777, 0o600);
  assert.equal((await readConfig(path, uid)).warning, null);
  assert.deepEqual(readdirSync(folder), ['config.json']);
});

test('security: a symbolic link at the path is neither followed nor replaced', async (t) => {
  const { home, folder, path } = configIn(t);
  const target = join(home, 'elsewhere.json');
  writeFileSync(target, '{}');
  mkdirSync(folder);
  symlinkSync(target, path);
  await assert.rejects(readConfig(path, uid), { message: `Refused to use ${path}` });
  await assert.rejects(store(path, KEY), { message: `Refused to use ${path}` });
  assert.equal(readFileSync(target, 'utf8'), '{}');
  assert.ok(lstatSync(path).isSymbolicLink());
});

test("security: another user's file or folder is refused", {
  skip: uid !== 0 && 'only root can make one',
}, async (t) => {
  const { folder, path } = configIn(t);
  mkdirSync(folder);
  writeFileSync(path, '{}');
  chownSync(path, 12345, 12345);
  await assert.rejects(readConfig(path, uid), (error: { facts: { why: string } }) => {
    assert.match(error.facts.why, /belongs to user 12345/);
    return true;
  });
  await assert.rejects(store(path, KEY));
  chownSync(path, 0, 0);
  chownSync(folder, 12345, 12345);
  await assert.rejects(store(path, KEY), { message: `Refused to write in ${folder}` });
});

test('what is no settings is refused with the way out, and without a word of its content', async (t) => {
  const { folder, path } = configIn(t);
  mkdirSync(folder);
  for (const content of [
    '',
    ' \n',
    '{"profiles": {',
    `{"api_key": ${KEY}}`,
    Buffer.from([0xff, 0xfe, 0x00]),
  ]) {
    writeFileSync(path, content);
    await assert.rejects(readConfig(path, uid), (error: Error & { facts: { why: string; hint: string } }) => {
      assert.equal(error.message, `Invalid config JSON in ${path}`);
      assert.doesNotMatch(error.facts.why, /instavm_sk_/);
      assert.match(error.facts.hint, /mv .*config\.json /);
      return true;
    });
    assert.deepEqual(readFileSync(path), Buffer.from(content as string), 'left as it was');
  }
});

test('a byte order mark does no harm', async (t) => {
  const { folder, path } = configIn(t);
  mkdirSync(folder);
  writeFileSync(path, `\ufeff{"profiles":{"default":{"auth":{"api_key":"k"}}}}`);
  assert.equal((await readConfig(path, uid)).document.profiles.default?.auth.api_key, 'k');
});

test('a folder or pipe at the path is refused and hangs nobody', async (t) => {
  const { path } = configIn(t);
  mkdirSync(path, { recursive: true });
  await assert.rejects(readConfig(path, uid), { message: `Cannot use ${path}` });
});

test('a folder that cannot be written says so and leaves nothing behind', {
  skip: uid === 0 && 'root may write anywhere',
}, async (t) => {
  const { home, path } = configIn(t);
  chmodSync(home, 0o500);
  await assert.rejects(store(path, KEY), { message: `Cannot write ${path}` });
});

test('the lock of a process that died is taken over', async (t) => {
  const { folder, path } = configIn(t);
  mkdirSync(folder);
  writeFileSync(`${path}.lock`, '');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${path}.lock`, longAgo, longAgo);
  await store(path, KEY);
  assert.deepEqual(readdirSync(folder), ['config.json']);
});

test('twenty processes that store at once all store, and no reader ever sees a broken file', {
  timeout: 120_000,
}, async (t) => {
  const { home, folder, path } = configIn(t);
  let writing = true;
  const names = Array.from({ length: 20 }, (_, index) => `p${index}`);
  const writers = names.map((name) =>
    cliProcess(['auth', 'set-key', '--no-check', '--profile', name], { home, stdin: `${KEY}\n` }),
  );
  const reader = (async () => {
    while (writing) {
      await readConfig(path, uid);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const results = await Promise.all(writers);
  writing = false;
  await reader;
  assert.deepEqual(
    [...new Set(results.map(({ code }) => code))],
    [0],
    results.map(({ stderr }) => stderr).join(''),
  );
  const { profiles } = JSON.parse(readFileSync(path, 'utf8')) as { profiles: Record<string, object> };
  assert.deepEqual(Object.keys(profiles).sort(), ['default', ...names].sort());
  assert.deepEqual(readdirSync(folder), ['config.json']);
});
