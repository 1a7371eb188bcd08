import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { lockedElsewhere } from '../testing/locked-elsewhere.ts';
import { runProgram, startProgram } from '../testing/program.ts';
import { PASSWORD } from '../testing/server.ts';
import { until } from '../testing/until.ts';

/** What was not confirmed for so long is not believed. */
const CONFIRMED_FOR_MS = 5000;
const EMAIL = 'ada@example.com';

test('abuse case 21: the feed is cut, then the database too: a revoked key is refused within 5 s, then every key, until it is back', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = async (args: string, input = '') => {
    const { code, stdout, stderr } = await runProgram([...args.split(' '), '--data-dir', dataDir], {}, input);
    assert.equal(code, 0, stderr);
    return { stdout: stdout.trim(), stderr };
  };
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  const [dead, kept] = [
    (await tool(`keys create --email ${EMAIL} --label dead`)).stdout,
    (await tool(`keys create --email ${EMAIL} --label kept`)).stdout,
  ];
  const server = await startProgram(t, dataDir);
  const ask = async (key: string, method = 'GET', path = '/v1/whoami') => {
    const answer = await fetch(server.url + path, { method, headers: { 'x-api-key': key } });
    const { code = null } = (await answer.json()) as { code?: string };
    return { status: answer.status, code, retryAfter: answer.headers.get('retry-after') };
  };
  assert.deepEqual([(await ask(dead)).status, (await ask(kept)).status], [200, 200], 'control');

  // The feed between the tool and the server is gone; what the tool writes itself is found in the database.
  rmSync(join(dataDir, 'control.sock'));
  const revoked = await tool('keys revoke 1');
  const beganMs = performance.now();
  assert.match(revoked.stderr, /cannot be asked/);
  await until(async () => (await ask(dead)).status === 401, CONFIRMED_FOR_MS);
  const refusedMs = performance.now() - beganMs;
  for (let i = 0; i < 50; i++) assert.equal((await ask(dead)).code, 'key_revoked');
  assert.equal((await ask(kept)).status, 200);

  // The database can be opened and says nothing of changes any more.
  const database = new DatabaseSync(join(dataDir, 'instavm.db'), { timeout: 5000 });
  t.after(() => database.close());
  database.exec('alter table feed_head rename to feed_head_gone');
  const goneMs = performance.now();
  let accepted = 0;
  await until(async () => {
    const { status } = await ask(kept);
    if (status === 200) accepted += 1;
    return status === 503;
  });
  const unbelievedMs = performance.now() - goneMs;
  assert.ok(unbelievedMs < CONFIRMED_FOR_MS + 1000, `${unbelievedMs} ms`);
  assert.ok(accepted > 0, 'control: a moment without the database is borne');
  for (let i = 0; i < 100; i++) {
    const { status, code, retryAfter } = await ask(i % 2 ? kept : dead);
    assert.deepEqual([status, code, retryAfter], [503, 'store_unavailable', '1']);
  }
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200, 'the process itself lives');

  database.exec('alter table feed_head_gone rename to feed_head');
  await until(async () => (await ask(kept)).status === 200, CONFIRMED_FOR_MS);
  assert.equal((await ask(dead)).code, 'key_revoked');

  // Another process holds the file for longer than a write waits.
  const lock = await lockedElsewhere(t, join(dataDir, 'instavm.db'));
  const refused = await ask(kept, 'DELETE', '/v1/api-keys/2');
  assert.deepEqual([refused.status, refused.code], [503, 'store_unavailable']);
  await lock.release();
  await until(async () => (await ask(kept)).status === 200, CONFIRMED_FOR_MS);
  assert.equal((await ask(kept, 'DELETE', '/v1/api-keys/2')).status, 200);
  assert.equal((await ask(kept)).code, 'key_revoked');
  t.diagnostic(
    `refused after ${Math.round(refusedMs)} ms, unbelieved after ${Math.round(unbelievedMs)} ms, ${accepted} accepted until then`,
  );
});
