import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checksum, mintKey } from '@instavm/keyformat';
import { temporaryFolder } from '../testing/folder.ts';
import { lockedElsewhere } from '../testing/locked-elsewhere.ts';
import { runProgram, startProgram } from '../testing/program.ts';
import { PASSWORD, startServer, type TestKey } from '../testing/server.ts';
import { until } from '../testing/until.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const admin = await ada.key();

/** Answered from memory alone. */
const ask = (key: Pick<TestKey, 'text'>) => server.ask('GET', '/v1/audit/catalog', { key: key.text });

async function statuses(key: Pick<TestKey, 'text'>, count: number): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => ask(key)));
  return answers.map(({ status }) => status).sort();
}

test('abuse case 36: while another process holds the database, limits go on from memory: none opens, none fails', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = async (args: string, input = '') => {
    const { code, stdout, stderr } = await runProgram([...args.split(' '), '--data-dir', dataDir], {}, input);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  await tool('users create --email eve@example.com --password-stdin', PASSWORD);
  const [owner, limited] = [
    await tool('keys create --email eve@example.com --label owner'),
    await tool('keys create --email eve@example.com --label limited'),
  ];
  const program = await startProgram(t, dataDir);
  const send = async (key: string, method = 'GET', path = '/v1/audit/catalog', json?: object) => {
    const answer = await fetch(program.url + path, {
      method,
      headers: { 'x-api-key': key, ...(json ? { 'content-type': 'application/json' } : {}) },
      body: json ? JSON.stringify(json) : null,
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const all = async (key: string, count: number) =>
    (await Promise.all(Array.from({ length: count }, () => send(key)))).sort();
  const set = await send(owner, 'PATCH', '/v1/api-keys/2', { rate_limit: '4/86400s,burst=4' });
  assert.deepEqual([set, await send(limited)], [200, 200]);

  const lock = await lockedElsewhere(t, join(dataDir, 'instavm.db'));
  const [ofLimited, ofOwner, change] = await Promise.all([
    all(limited, 10),
    all(owner, 10),
    send(owner, 'POST', '/v1/api-keys/', {}),
  ]);
  await lock.release();
  assert.deepEqual(ofLimited, [200, 200, 200, ...Array(7).fill(429)]);
  assert.deepEqual(ofOwner, Array(10).fill(200), 'control: no limit');
  assert.equal(change, 503, 'control: it was held');
  assert.equal(await send(limited), 429, 'and behind it they stand where they stood');
  await until(async () => (await send(owner, 'POST', '/v1/api-keys/', {})) === 201);
});

test('abuse case 36: a mistake in the limits themselves lets nobody in and is no 500', async () => {
  const bob = await server.person('Bob');
  const key = await bob.key();
  const account = server.deps.owners.account(bob.accountId);
  const { settings } = account;
  account.settings = null as never;
  const { status, json, headers } = await ask(key);
  account.settings = settings;
  assert.deepEqual([status, json.code, json.detail], [429, 'rate_limit_exceeded', 'Rate limit exceeded']);
  assert.equal(headers.get('retry-after'), '1');
  assert.ok(server.logged.some((line) => line.includes('limits of a request could not be told')));
  assert.equal((await ask(key)).status, 200, 'control');
});

test('abuse case 37: wrong secrets spend nothing of the key whose id they carry, nor of its account', async () => {
  await server.ask('PATCH', '/app/v1/account', {
    cookie: ada.cookie,
    json: { rate_limit: '1000/86400s,burst=1000' },
  });
  const key = await ada.key({ rate_limit: '5/86400s,burst=5' });
  const account = async () => (await ask(admin)).headers.get('ratelimit');
  const before = await account();
  for (let i = 0; i < 40; i++) {
    const body = `instavm_sk_${key.publicId}${mintKey(randomBytes).slice(23, 55)}`;
    assert.equal((await ask({ text: body + checksum(body) })).status, 401);
  }
  assert.match(before!, /"account";r=(\d+)/);
  const spent = (text: string | null) => Number(/"account";r=(\d+)/.exec(text!)![1]);
  assert.equal(spent(before) - spent(await account()), 1, 'the request that asks');
  assert.deepEqual(await statuses(key, 8), [...Array(5).fill(200), ...Array(3).fill(429)]);
});

test('abuse case 37: 401 stays 401 and 429 stays 429, whatever else is used up', async () => {
  const key = await ada.key({ rate_limit: '1/86400s,burst=1' });
  const dead = await ada.key({ rate_limit: '1/86400s,burst=1' });
  assert.deepEqual(await statuses(key, 3), [200, 429, 429]);
  assert.deepEqual(await statuses(dead, 3), [200, 429, 429]);
  await server.ask('DELETE', `/v1/api-keys/${dead.id}`, { key: admin.text });
  for (let i = 0; i < 5; i++) {
    const revoked = await ask(dead);
    assert.deepEqual([revoked.status, revoked.json.code], [401, 'key_revoked']);
    assert.equal(revoked.headers.get('ratelimit'), null);
    assert.equal((await ask({ text: mintKey(randomBytes) })).status, 401);
    assert.equal((await ask({ text: 'no key' })).status, 401);
    assert.equal((await ask(key)).status, 429);
  }
});

test('after a restart a burst is whole again, and nothing else of a limit is forgotten', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const key = await (await first.person('Eve')).key({ rate_limit: '2/86400s,burst=2' });
  const letIn = async ({ ask: askOf }: typeof first) => {
    let count = 0;
    for (let i = 0; i < 5; i++)
      if ((await askOf('GET', '/v1/audit/catalog', { key: key.text })).status === 200) count += 1;
    return count;
  };
  assert.deepEqual([await letIn(first), await letIn(first)], [2, 0]);
  await first.close();
  const second = await startServer(t, { dataDir });
  assert.deepEqual([await letIn(second), await letIn(second)], [2, 0]);
});
