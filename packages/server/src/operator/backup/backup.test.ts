import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { filesHolding, temporaryFolder } from '../../testing/folder.ts';
import { PASSWORD, startServer } from '../../testing/server.ts';
import { toolOn } from '../../testing/tool.ts';
import { OperatorError } from '../operator-error.ts';

const EMAIL = 'ada@example.com';

/** A data folder with one person and so many keys, made without a server. */
async function folderWithKeys(dataDir: string, keys: number, env: Record<string, string> = {}) {
  const tool = toolOn(dataDir, env);
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  const texts: string[] = [];
  for (let i = 0; i < keys; i++) {
    texts.push((await tool(`keys create --email ${EMAIL} --label key-${i}`)).printed);
  }
  return { tool, texts };
}

/** The doctor finds database, pepper and audit trail in order. */
async function isSound(dataDir: string): Promise<void> {
  const { checks } = JSON.parse((await toolOn(dataDir)('doctor --json')).printed) as {
    checks: { name: string; state: string; says: string }[];
  };
  for (const name of ['database', 'pepper', 'audit']) {
    const check = checks.find((one) => one.name === name);
    assert.equal(check?.state, 'ok', JSON.stringify(check));
  }
}

test('a restored backup is the same installation: keys work, revoked ones do not, people sign in', async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'backup.tar');
  const { tool, texts } = await folderWithKeys(dataDir, 3);
  await tool('keys revoke 2');
  const made = await tool(`backup ${file}`);
  assert.match(made.printed, /1 person, 2 live API keys/);
  assert.match(made.warned, /holds the pepper/);
  assert.equal(statSync(file).mode & 0o777, 0o600);

  const other = join(temporaryFolder(t), 'new');
  const restored = await toolOn(other)(`restore ${file}`);
  assert.match(restored.printed, /1 person, 2 live API keys; pepper from the backup/);
  const server = await startServer(t, { dataDir: other });
  const statuses = [];
  for (const key of texts) statuses.push((await server.ask('GET', '/v1/vms', { key })).status);
  assert.deepEqual(statuses, [200, 401, 200]);
  await server.signIn(EMAIL);
  assert.equal(server.firstRunToken, null);
  await isSound(other);
});

test('a backup is of one moment while the server writes, and the server goes on', async (t) => {
  const server = await startServer(t);
  const manager = await (await server.person('Ada')).key();
  let isDone = false;
  let made = 0;
  const churn = async () => {
    while (!isDone) {
      const answer = await server.ask('POST', '/v1/api-keys/', { key: manager.text, json: {} });
      assert.equal(answer.status, 201, answer.text);
      await server.ask('DELETE', `/v1/api-keys/${answer.json.id}`, { key: manager.text });
      made += 1;
    }
  };
  const clients = Array.from({ length: 4 }, churn);
  const folder = temporaryFolder(t);
  for (let round = 0; round < 3; round++) {
    const before = made;
    await toolOn(server.dataDir)(`backup ${join(folder, `${round}.tar`)}`);
    while (made < before + 4) await new Promise(setImmediate);
  }
  isDone = true;
  await Promise.all(clients);
  for (let round = 0; round < 3; round++) {
    const restored = join(folder, `${round}`);
    await toolOn(restored)(`restore ${join(folder, `${round}.tar`)}`);
    const db = new DatabaseSync(join(restored, 'instavm.db'), { readOnly: true });
    const { head, newest, changes } = db
      .prepare(
        'select (select seq from feed_head) as head, max(seq) as newest, count(*) as changes from change',
      )
      .get() as Record<string, number>;
    db.close();
    assert.deepEqual([newest, changes], [head, head], 'no change is missing and none is half there');
    await isSound(restored);
  }
});

test('without the pepper: the backup holds none of it, and restores with the right one alone', async (t) => {
  const dataDir = temporaryFolder(t);
  const folder = temporaryFolder(t);
  const file = join(folder, 'backup.tar');
  const { tool, texts } = await folderWithKeys(dataDir, 1);
  assert.match((await tool(`backup ${file} --without-pepper`)).warned, /does not hold the pepper/);
  await tool(`backup ${file}.whole`);
  const pepper = JSON.parse(readFileSync(join(dataDir, 'pepper.json'), 'utf8')).versions['1'] as string;
  const holds = (name: string) => readFileSync(name).includes(pepper);
  assert.deepEqual([holds(file), holds(`${file}.whole`)], [false, true], 'the whole one is the control');

  const missing = join(folder, 'missing');
  await assert.rejects(
    toolOn(missing)(`restore ${file}`),
    /--without-pepper.*--pepper-file FILE or in INSTAVM_PEPPER/,
  );
  await folderWithKeys(join(folder, 'foreign'), 1);
  const foreign = join(folder, 'foreign', 'pepper.json');
  await assert.rejects(
    toolOn(missing)(`restore ${file} --pepper-file ${foreign}`),
    /is not the one of this backup/,
  );
  const damaged = join(folder, 'damaged.json');
  writeFileSync(damaged, '{"versions":{}}', { mode: 0o600 });
  await assert.rejects(toolOn(missing)(`restore ${file} --pepper-file ${damaged}`), /is damaged/);
  assert.deepEqual(readdirSync(missing), ['instavmd.lock'], 'a refused restore leaves nothing');

  const byFile = join(folder, 'by-file');
  const restored = await toolOn(byFile)(`restore ${file} --pepper-file ${join(dataDir, 'pepper.json')}`);
  assert.match(restored.printed, /pepper from the file/);
  const server = await startServer(t, { dataDir: byFile });
  assert.equal((await server.ask('GET', '/v1/vms', { key: texts[0] })).status, 200);

  const byVariable = join(folder, 'by-variable');
  const env = { INSTAVM_PEPPER: `1:${pepper}` };
  assert.match((await toolOn(byVariable, env)(`restore ${file}`)).printed, /pepper from the environment/);
  assert.equal(existsSync(join(byVariable, 'pepper.json')), false, 'none is written');
  await assert.rejects(toolOn(byVariable)('keys list'), /pepper\.json is missing.*INSTAVM_PEPPER/);
  assert.match((await toolOn(byVariable, env)('keys list')).printed, /key-0/);
});

test('nothing is overwritten silently: a backup file, a link, a data folder', async (t) => {
  const dataDir = temporaryFolder(t);
  const folder = temporaryFolder(t);
  const { tool, texts } = await folderWithKeys(dataDir, 1);
  const file = join(folder, 'backup.tar');
  await tool(`backup ${file}`);
  const first = readFileSync(file);
  await assert.rejects(tool(`backup ${file}`), /exists; give another name, or --force/);
  assert.deepEqual(readFileSync(file), first);

  const precious = join(folder, 'precious');
  writeFileSync(precious, 'precious');
  const link = join(folder, 'link.tar');
  symlinkSync(precious, link);
  for (const force of ['', ' --force']) {
    await assert.rejects(tool(`backup ${link}${force}`), /is a link/);
    await assert.rejects(tool(`backup ${folder}${force}`), /is no file/);
  }
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'));
  await assert.rejects(tool(`backup ${join(folder, 'dangling')} --force`), /is a link/);
  assert.equal(readFileSync(precious, 'utf8'), 'precious');
  await assert.rejects(tool(`backup ${join(folder, 'none', 'b.tar')}`), /is no folder/);

  await tool(`keys create --email ${EMAIL} --label later`);
  assert.equal((await tool(`backup ${file} --force`)).code, 0);
  assert.notDeepEqual(readFileSync(file), first);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ['backup.tar', 'dangling', 'link.tar', 'precious']);

  await assert.rejects(tool(`restore ${file}`), /holds data already.*--data-dir, or --force/);
  const restored = await tool(`restore ${file} --force --json`);
  const { moved_aside: aside } = JSON.parse(restored.printed) as { moved_aside: string[] };
  assert.equal(aside.length, 2);
  for (const name of aside) {
    assert.match(name, /^(instavm\.db|pepper\.json)\.before-restore-\d{4}-\d\d-\d\dT/);
    assert.equal(statSync(join(dataDir, name)).mode & 0o077, 0);
  }
  const old = new DatabaseSync(join(dataDir, aside.find((name) => name.startsWith('instavm.db'))!));
  assert.equal((old.prepare('select count(*) as n from api_key').get() as { n: number }).n, 2);
  old.close();
  const server = await startServer(t, { dataDir });
  assert.equal((await server.ask('GET', '/v1/vms', { key: texts[0] })).status, 200);
});

test('a restore is refused while a server uses the folder, and changes nothing', async (t) => {
  const server = await startServer(t);
  const key = await (await server.person('Ada')).key();
  const file = join(temporaryFolder(t), 'backup.tar');
  await toolOn(server.dataDir)(`backup ${file}`);
  const before = readdirSync(server.dataDir).sort();
  await assert.rejects(toolOn(server.dataDir)(`restore ${file} --force`), /A server uses.*Stop it/);
  assert.deepEqual(readdirSync(server.dataDir).sort(), before);
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
});

test('newer and damaged backups and other files are refused before anything is touched', async (t) => {
  const dataDir = temporaryFolder(t);
  const folder = temporaryFolder(t);
  const { tool } = await folderWithKeys(dataDir, 1);
  const file = join(folder, 'backup.tar');
  await tool(`backup ${file}`);

  /** The backup with another header or database, its sums made anew, as a newer version would write it. */
  const rebuilt = (name: string, edit: (unpacked: string) => void) => {
    const unpacked = join(folder, `${name}.d`);
    mkdirSync(unpacked);
    execFileSync('tar', ['-xf', file, '-C', unpacked]);
    edit(unpacked);
    execFileSync('sh', ['-c', 'sha256sum header.json instavm.db pepper.json > SHA256SUMS'], {
      cwd: unpacked,
    });
    const out = join(folder, name);
    const members = ['header.json', 'instavm.db', 'pepper.json', 'SHA256SUMS'];
    execFileSync('tar', ['--format=ustar', '-cf', out, '-C', unpacked, ...members]);
    return out;
  };
  const header = (edit: (header: Record<string, unknown>) => void) => (unpacked: string) => {
    const json = JSON.parse(readFileSync(join(unpacked, 'header.json'), 'utf8'));
    edit(json);
    writeFileSync(join(unpacked, 'header.json'), JSON.stringify(json));
  };
  const control = rebuilt('control.tar', () => {});
  const newFormat = rebuilt(
    'format.tar',
    header((json) => Object.assign(json, { format: 2 })),
  );
  const newSchema = rebuilt(
    'schema.tar',
    header((json) => Object.assign(json, { migrations: ['0001-first-tables', '0999-later'] })),
  );
  const lying = rebuilt('lying.tar', (unpacked) => {
    const db = new DatabaseSync(join(unpacked, 'instavm.db'));
    db.exec("insert into kysely_migration (name, timestamp) values ('0999-later', '')");
    db.close();
  });
  const broken = rebuilt('broken.tar', (unpacked) => {
    const bytes = readFileSync(join(unpacked, 'instavm.db'));
    bytes.fill(0xff, 4096 * 3, 4096 * 6);
    writeFileSync(join(unpacked, 'instavm.db'), bytes);
  });
  const cut = join(folder, 'cut.tar');
  writeFileSync(cut, readFileSync(file).subarray(0, 50_000));
  const flipped = join(folder, 'flipped.tar');
  const bytes = readFileSync(file);
  bytes[30_000]! ^= 1;
  writeFileSync(flipped, bytes);

  const before = readFileSync(join(dataDir, 'instavm.db'));
  for (const [name, says] of [
    [newFormat, /newer version \(format 2/],
    [newSchema, /newer version .*0999-later/],
    [lying, /newer version .*0999-later/],
    [broken, /The database in .* is damaged/],
    [cut, /is damaged \(it is cut off\)/],
    [flipped, /is damaged \(a checksum does not match\)/],
    [join(dataDir, 'instavm.db'), /is no backup of InstaVM/],
    [join(folder, 'absent'), /There is no file/],
  ] as const) {
    await assert.rejects(tool(`restore ${name} --force`), says, name);
    assert.deepEqual(readFileSync(join(dataDir, 'instavm.db')), before, name);
    const left = readdirSync(dataDir).filter((entry) => /restor/.test(entry));
    assert.deepEqual(left, [], name);
  }
  assert.equal((await tool(`restore ${control} --force`)).code, 0, 'the control restores');
});

test('security: a restore revives no key that is known here as ended, no session of a person', async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'backup.tar');
  const first = await startServer(t, { dataDir });
  const ada = await first.person('Ada');
  const [kept, dead] = [await ada.key(), await ada.key()];
  await toolOn(dataDir)(`backup ${file}`);
  await first.ask('DELETE', `/v1/api-keys/${dead.id}`, { key: kept.text });
  await first.close();

  const restored = await toolOn(dataDir)(`restore ${file} --force`);
  assert.match(restored.printed, /ended again: 1\./);
  const server = await startServer(t, { dataDir });
  assert.equal((await server.ask('GET', '/v1/vms', { key: kept.text })).status, 200);
  const refused = await server.ask('GET', '/v1/vms', { key: dead.text });
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_revoked']);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: ada.cookie })).status, 401);
  await server.signIn(ada.email);

  // Elsewhere nobody knows of the revocation, and the tool says so.
  const elsewhere = join(temporaryFolder(t), 'new');
  const there = await toolOn(elsewhere)(`restore ${file}`);
  assert.match(there.printed, /revoked after .* are live again: look at keys list/);
});

test('a machine whose row was restored but that runs no more ends, with the reason', async (t) => {
  const server = await startServer(t);
  const key = await (await server.person('Ada')).key();
  const vm = await server.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 128 } });
  assert.equal(vm.status, 201, vm.text);
  const file = join(temporaryFolder(t), 'backup.tar');
  await toolOn(server.dataDir)(`backup ${file}`);
  const other = join(temporaryFolder(t), 'new');
  await toolOn(other)(`restore ${file}`);
  const restored = await startServer(t, { dataDir: other });
  const { json } = await restored.ask('GET', `/v1/vms/${vm.json.vm_id}`, { key: key.text });
  assert.deepEqual([json.vm_id, json.status], [vm.json.vm_id, 'failed']);
  assert.match(json.end_reason, /gone/);
  const fresh = await restored.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 128 } });
  assert.equal(fresh.status, 201, 'new machines start');
});

test('abuse case 40: a key that was used in every way is in no file of the data folder and in no backup', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const manager = await ada.key();
  const made = await server.ask('POST', '/v1/api-keys/', {
    key: manager.text,
    json: { label: 'canary', description: 'in every shape' },
    headers: { 'idempotency-key': 'once' },
  });
  const canary: string = made.json.full_key;
  await server.ask('GET', '/v1/vms', { key: canary });
  await server.ask('GET', '/v1/vms', { headers: { authorization: `Bearer ${canary}` } });
  await server.ask('POST', '/v1/sessions/session', { json: { api_key: canary } });
  await server.ask('GET', `/v1/vms?api_key=${canary}`, { key: manager.text });
  await server.ask('GET', `/v1/vms/${canary}`, { key: manager.text });
  await server.ask('POST', '/v1/api-keys/introspect', { key: manager.text, json: { key: canary } });
  await server.ask('POST', `/v1/api-keys/${made.json.id}/rotate`, {
    key: manager.text,
    json: { policy: 'on_first_use' },
  });
  await server.ask('POST', '/v1/api-keys/report-leak', { json: { key: canary } });
  const folder = temporaryFolder(t);
  await toolOn(server.dataDir)(`backup ${join(folder, 'open.tar')}`);
  await server.close();
  await toolOn(server.dataDir)(`backup ${join(folder, 'closed.tar')}`);
  const secrets = [canary.slice(23, 55), manager.secret];
  for (const secret of secrets) {
    assert.deepEqual([...filesHolding(server.dataDir, secret), ...filesHolding(folder, secret)], []);
    assert.equal(
      server.logged.some((line) => line.includes(secret)),
      false,
    );
  }
  // What is looked for the same way and is there: the public part.
  assert.equal(filesHolding(folder, canary.slice(11, 23)).length, 2);
  assert.notEqual(filesHolding(server.dataDir, canary.slice(11, 23)).length, 0);
});

test('security: a backup made with rights open to others is closed, and a pepper open to others is refused', async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'backup.tar');
  const { tool } = await folderWithKeys(dataDir, 1);
  chmodSync(join(dataDir, 'pepper.json'), 0o644);
  await assert.rejects(tool(`backup ${file}`), (error) => {
    assert.ok(error instanceof OperatorError);
    return /open to other users; run: chmod 600/.test(error.message);
  });
  assert.equal(existsSync(file), false);
});
