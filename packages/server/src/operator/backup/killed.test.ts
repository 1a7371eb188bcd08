import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StartError } from '../../data-folder.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { spawnProgram } from '../../testing/program.ts';
import { PASSWORD } from '../../testing/server.ts';
import { toolOn } from '../../testing/tool.ts';

const EMAIL = 'ada@example.com';
const KEYS = 3;

async function folderWithKeys(dataDir: string) {
  const tool = toolOn(dataDir);
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  for (let i = 0; i < KEYS; i++) await tool(`keys create --email ${EMAIL} --label key-${i}`);
  return tool;
}

/** Runs the program and kills it as soon as a name has changed in a folder for the nth time. @returns whether it was. */
async function killAtChange(folder: string, [name, nth]: [RegExp, number], args: string[]): Promise<boolean> {
  const child = spawnProgram(args);
  const watcher = watch(folder);
  let seen = 0;
  let isEnded = false;
  const ended = once(child, 'close').then(([code]) => {
    isEnded = true;
    return code as number | null;
  });
  watcher.on('change', (_event, changed) => {
    if (name.test(String(changed))) seen += 1;
    if (seen >= nth && !isEnded) child.kill('SIGKILL');
  });
  child.stdout!.resume();
  child.stderr!.resume();
  const code = await ended;
  watcher.close();
  return code === null;
}

test('a backup that is killed at any step leaves no file under its name, or a whole one', async (t) => {
  const dataDir = temporaryFolder(t);
  await folderWithKeys(dataDir);
  let killed = 0;
  for (const changes of [1, 2, 3, 4]) {
    const folder = temporaryFolder(t);
    const file = join(folder, 'backup.tar');
    if (await killAtChange(folder, [/./, changes], ['backup', file, '--data-dir', dataDir])) killed += 1;
    if (existsSync(file)) {
      const restored = await toolOn(join(temporaryFolder(t), 'new'))(`restore ${file} --json`);
      assert.equal(JSON.parse(restored.printed).live_keys, KEYS);
    }
    await toolOn(dataDir)(`backup ${file} --force`);
  }
  assert.ok(killed > 0, 'the control: some were killed');
});

test('a restore that is killed at any step leaves the old data, the new, or a folder that refuses to start until it is run again', async (t) => {
  const source = temporaryFolder(t);
  await folderWithKeys(source);
  const file = join(temporaryFolder(t), 'backup.tar');
  await toolOn(source)(`backup ${file}`);
  const outcomes = { old: 0, restored: 0, refused: 0 };
  let killed = 0;
  const moments: [RegExp, number][] = [
    [/^restoring-/, 1],
    [/^instavm\.db-wal/, 1],
    [/^restore-unfinished/, 1],
    [/before-restore/, 1],
    [/before-restore/, 2],
    [/^pepper\.json$/, 1],
  ];
  for (const moment of moments) {
    const dataDir = temporaryFolder(t);
    const tool = toolOn(dataDir);
    await tool('users create --email old@example.com --password-stdin', PASSWORD);
    await tool('keys create --email old@example.com --label old');
    const args = ['restore', file, '--force', '--data-dir', dataDir];
    if (await killAtChange(dataDir, moment, args)) killed += 1;
    try {
      const { printed } = await tool('keys list --json');
      const labels = (JSON.parse(printed) as { label: string }[]).map(({ label }) => label);
      assert.ok(labels.length === KEYS || labels[0] === 'old', `${labels}`);
      outcomes[labels.length === KEYS ? 'restored' : 'old'] += 1;
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      assert.match(error.message, /A restore into .* was cut off\. Run it again/);
      outcomes.refused += 1;
    }
    const again = await tool(`restore ${file} --force --json`);
    assert.equal(JSON.parse(again.printed).live_keys, KEYS);
    assert.match((await tool('keys list')).printed, /key-0/);
    const left = readdirSync(dataDir).filter((name) => /^restor/.test(name));
    assert.deepEqual(left, [], 'and no copy of what was killed');
    const kept = readdirSync(dataDir).filter((name) => name.startsWith('instavm.db.before-restore-'));
    assert.ok(kept.length > 0, 'the old database is kept');
  }
  assert.ok(killed >= 4, `the control: ${killed} were killed`);
  t.diagnostic(JSON.stringify({ ...outcomes, killed }));
});

test('a folder whose restore was cut off does not start, and says what to do', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = await folderWithKeys(dataDir);
  const file = join(temporaryFolder(t), 'backup.tar');
  await tool(`backup ${file}`);
  const { markRestore } = await import('./unfinished.ts');
  markRestore(dataDir);
  await assert.rejects(tool('keys list'), /was cut off/);
  const examined = await tool('doctor --json');
  assert.equal(examined.code, 1);
  assert.match(examined.printed, /a restore was cut off/);
  await tool(`restore ${file} --force`);
  assert.match((await tool('keys list')).printed, /key-0/);
});
