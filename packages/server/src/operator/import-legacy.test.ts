import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { randomBase62 } from '@instavm/keyformat';
import { authenticator } from '../auth/authenticate.ts';
import type { Peppers } from '../auth/pepper.ts';
import { filesHolding, temporaryFolder } from '../testing/folder.ts';
import { startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';

const prefixed = () => `instavm_sk_${randomBase62(32, randomBytes)}`;
const unprefixed = () => randomBytes(32).toString('base64url');

/** A server with one person and the keys imported, and the tool on it. */
async function withImported(t: Parameters<typeof startServer>[0], keys: string[], options = '') {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const tool = toolOn(server.dataDir);
  const imported = await tool(`keys import-legacy --email ${ada.email}${options} --json -`, keys.join('\n'));
  return { server, ada, tool, result: JSON.parse(imported.printed) };
}

test('keys of both older forms work once they are imported, like any other key, with a server that runs', async (t) => {
  const keys = [prefixed(), unprefixed()];
  const { server, tool, result } = await withImported(t, keys, ' --label-prefix old --scope read-only');
  assert.deepEqual([result.imported, result.known], [2, 0]);
  for (const key of keys) {
    const listed = await server.ask('GET', '/v1/vms', { key });
    assert.equal(listed.status, 200, listed.text);
    assert.equal(
      (await server.ask('GET', '/v1/vms', { headers: { authorization: `Bearer ${key}` } })).status,
      200,
    );
    assert.equal((await server.ask('POST', '/v1/vms', { key, json: {} })).status, 403, 'its scopes hold');
  }
  const whoami = await server.ask('GET', '/v1/whoami', { key: keys[0] });
  assert.equal(whoami.json.credential.key_prefix, keys[0]!.slice(0, 15));
  const listed = JSON.parse((await tool('keys list --json')).printed) as Record<string, unknown>[];
  assert.deepEqual(
    listed.map(({ label, status, scopes }) => [label, status, scopes]),
    result.ids.map((id: number) => [`old ${id}`, 'active', ['read-only']]),
  );
  for (const key of keys) {
    const { key_prefix: shown } = listed[keys.indexOf(key)] as { key_prefix: string };
    assert.ok(key.startsWith(shown) && key.length - shown.length >= 24, `${shown} of ${key.length}`);
  }
  // By its number, and by its whole text, of which nothing is repeated.
  await tool(`keys revoke ${result.ids[0]}`);
  const revoked = await tool(`keys revoke ${keys[1]}`);
  assert.equal(revoked.printed.includes(keys[1]!.slice(5)), false);
  for (const key of keys) {
    const refused = await server.ask('GET', '/v1/vms', { key });
    assert.deepEqual([refused.status, refused.json.code], [401, 'key_revoked']);
  }
});

test('an imported key survives a restart, a rotation of the pepper and the retirement of the old one', async (t) => {
  const key = unprefixed();
  const { server, tool } = await withImported(t, [key]);
  await tool('pepper rotate');
  assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200);
  await server.deps.rewraps.flush();
  assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200);
  await tool('pepper retire 1');
  assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200);
  await server.close();
  const again = await startServer(t, { dataDir: server.dataDir });
  assert.equal((await again.ask('GET', '/v1/vms', { key })).status, 200);
});

test('an imported key rotates into one of our own form', async (t) => {
  const key = prefixed();
  const { server, result } = await withImported(t, [key]);
  const rotated = await server.ask('POST', `/v1/api-keys/${result.ids[0]}/rotate`, {
    key,
    json: { policy: 'now' },
  });
  assert.match(rotated.json.full_key, /^instavm_sk_[0-9A-Za-z]{50}$/, rotated.text);
  assert.equal((await server.ask('GET', '/v1/vms', { key: rotated.json.full_key })).status, 200);
  assert.equal((await server.ask('GET', '/v1/vms', { key })).json.code, 'key_rotated');
});

test('an imported key that is reported as leaked is revoked', async (t) => {
  const key = prefixed();
  const { server } = await withImported(t, [key]);
  assert.equal((await server.ask('POST', '/v1/api-keys/report-leak', { json: { key } })).status, 202);
  assert.equal((await server.ask('GET', '/v1/vms', { key })).json.code, 'key_revoked');
});

test('importing again imports nothing twice, also when a file was imported in part', async (t) => {
  const keys = [prefixed(), unprefixed(), prefixed()];
  const { ada, tool } = await withImported(t, keys.slice(0, 2));
  const text = [...keys, keys[2], '', '  '].join('\r\n');
  const again = await tool(`keys import-legacy --email ${ada.email} --json -`, text);
  assert.deepEqual([JSON.parse(again.printed).imported, JSON.parse(again.printed).known], [1, 2]);
  const both = await Promise.all(
    [1, 2].map(() => tool(`keys import-legacy --email ${ada.email} --json -`, keys.join('\n'))),
  );
  for (const { printed } of both) assert.equal(JSON.parse(printed).imported, 0);
  assert.equal((JSON.parse((await tool('keys list --json')).printed) as unknown[]).length, 3);
});

test('two imports of the same key at once make one key', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const tool = toolOn(server.dataDir);
  const key = prefixed();
  const both = await Promise.all(
    [1, 2, 3].map(() => tool(`keys import-legacy --email ${ada.email} --json -`, key)),
  );
  const imported = both.reduce((sum, { printed }) => sum + JSON.parse(printed).imported, 0);
  assert.equal(imported, 1);
  assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200);
});

test('a file with a line that is no older key imports nothing and repeats nothing of the line', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = toolOn(dataDir);
  await tool('users create --email ada@example.com --password-stdin', 'correct horse battery');
  const ours = (await tool('keys create --email ada@example.com --label ours')).printed;
  const file = join(dataDir, 'keys.txt');
  for (const wrong of [
    'secret-of-mine',
    ours,
    `${unprefixed()}x`,
    prefixed().slice(0, 40),
    `${prefixed()} b`,
  ]) {
    writeFileSync(file, `${prefixed()}\n${wrong}\n`);
    await assert.rejects(tool(`keys import-legacy --email ada@example.com ${file}`), (error: Error) => {
      assert.match(error.message, /^Line 2: not an older key/);
      assert.equal(error.message.includes(wrong.slice(-12)), false);
      return true;
    });
  }
  for (const [args, says] of [
    ['keys import-legacy --email ada@example.com', /Say which file/],
    ['keys import-legacy --email ada@example.com /nowhere', /There is no file/],
    [`keys import-legacy --email nobody@example.com ${file}`, /not an older key|Nobody here/],
    [`keys import-legacy --email ada@example.com --scope vms:fly ${file}`, /--scope vms:fly does not exist/],
    [
      `keys import-legacy --email ada@example.com --environment prodution ${file}`,
      /Did you mean production\?/,
    ],
  ] as const) {
    await assert.rejects(tool(args), says);
  }
  await assert.rejects(tool('keys import-legacy --email ada@example.com -', '\n \n'), /no key in it/);
  assert.equal((JSON.parse((await tool('keys list --json')).printed) as unknown[]).length, 1);
});

test('security: nothing of an imported key but four characters is stored or logged', async (t) => {
  const keys = [prefixed(), unprefixed()];
  const { server } = await withImported(t, keys);
  for (const key of keys) await server.ask('GET', '/v1/vms', { key });
  await server.close();
  for (const key of keys) {
    const secret = key.replace('instavm_sk_', '');
    for (const part of [secret, secret.slice(0, 8), secret.slice(4, 16), secret.slice(-12)]) {
      assert.deepEqual(filesHolding(server.dataDir, part), []);
      assert.equal(
        server.logged.some((line) => line.includes(part)),
        false,
      );
    }
    assert.notEqual(filesHolding(server.dataDir, secret.slice(0, 4)).length, 0, 'the control');
  }
});

test('security: without imported keys no text of any other form costs a digest, and with them only one of their form', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const good = await ada.key();
  const { index, tokens, peppers } = server.deps;
  let digests = 0;
  const counted: Peppers = {
    get current() {
      return peppers.current;
    },
    digest(version, text) {
      digests += 1;
      return peppers.digest(version, text);
    },
  };
  const authenticate = authenticator({ index, tokens, peppers: counted, now: Date.now });
  const cost = (text: string) => {
    digests = 0;
    authenticate(text, 'x-api-key');
    return digests;
  };
  const garbage = ['', 'x', 'x'.repeat(1_000_000), good.text.slice(0, 40), `${good.text.slice(0, 60)}!`];
  const ofTheirForm = [prefixed(), unprefixed()];
  assert.equal(cost(good.text), 1, 'the control');
  for (const text of [...garbage, ...ofTheirForm]) assert.equal(cost(text), 0);
  await toolOn(server.dataDir)(`keys import-legacy --email ${ada.email} -`, prefixed());
  for (const text of garbage) assert.equal(cost(text), 0);
  for (const text of ofTheirForm) {
    assert.equal(cost(text), 1);
    assert.equal((await server.ask('GET', '/v1/vms', { key: text })).json.code, 'invalid_api_key');
  }
});
