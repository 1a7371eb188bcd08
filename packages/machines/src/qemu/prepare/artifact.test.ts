import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ArtifactPlan, damagedFiles, makeArtifact, readArtifact } from './artifact.ts';

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'instavm-artifact-'));
});
after(() => rm(root, { recursive: true, force: true }));

function plan(name: string, content = 'content'): ArtifactPlan {
  return {
    folder: join(root, name),
    key: 'key',
    inputs: {},
    now: () => new Date(),
    make: async (folder) => {
      await writeFile(join(folder, 'file'), content);
      return { files: ['file'] };
    },
  };
}

/** Changes one byte and leaves size and times as they were. */
async function corrupt(path: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  const file = await open(path, 'r+');
  await file.write('X', 3);
  await file.close();
  await utimes(path, atime, mtime);
}

test('what was made is found again', async () => {
  const made = await makeArtifact(plan('found'));
  assert.deepEqual(await readArtifact(join(root, 'found'), 'key'), made);
  assert.equal(await readArtifact(join(root, 'found'), 'another key'), null);
});

test('a file that was changed, cut short or removed makes the artifact be made anew', async () => {
  for (const harm of [
    (path: string) => writeFile(path, 'CONTENT'),
    (path: string) => writeFile(path, 'cont'),
    (path: string) => rm(path),
  ]) {
    await makeArtifact(plan('harmed'));
    await harm(join(root, 'harmed', 'file'));
    assert.equal(await readArtifact(join(root, 'harmed'), 'key'), null);
  }
});

test('a file whose time changed and whose content did not is still good', async () => {
  await makeArtifact(plan('touched'));
  await utimes(join(root, 'touched', 'file'), new Date(), new Date(0));
  assert.ok(await readArtifact(join(root, 'touched'), 'key'));
});

test('damage that leaves size and time alone is found by the full check', async () => {
  const manifest = await makeArtifact(plan('rotten'));
  assert.deepEqual(await damagedFiles(join(root, 'rotten'), manifest), []);
  const path = join(root, 'rotten', 'file');
  await corrupt(path);
  // The file system keeps nanoseconds that utimes cannot set, so the record takes what is there.
  const { mtimeNs } = await stat(path, { bigint: true });
  manifest.files.file!.modifiedNs = String(mtimeNs);
  assert.deepEqual(await damagedFiles(join(root, 'rotten'), manifest), ['file']);
});

test('a making that fails leaves no artifact', async () => {
  const failing = {
    ...plan('failed'),
    make: async () => {
      throw new Error('no');
    },
  };
  await assert.rejects(makeArtifact(failing), /no/);
  assert.equal(await readArtifact(join(root, 'failed'), 'key'), null);
});

test('a making that is killed leaves nothing that counts, and the next one cleans up and makes it', async () => {
  const folder = join(root, 'killed');
  const program = `
    const { makeArtifact } = await import(${JSON.stringify(new URL('artifact.ts', import.meta.url).href)});
    const { writeFile } = await import('node:fs/promises');
    await makeArtifact({ folder: ${JSON.stringify(folder)}, key: 'key', inputs: {}, now: () => new Date(),
      make: async (to) => {
        await writeFile(to + '/file', 'half');
        console.log('half made');
        await new Promise((resolve) => setTimeout(resolve, 60000));
      } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await readArtifact(folder, 'key'), null);

  await makeArtifact(plan('killed'));
  assert.equal(await readFile(join(folder, 'file'), 'utf8'), 'content');
  assert.deepEqual(
    (await readdir(root)).filter((name) => name.startsWith('killed')),
    ['killed'],
  );
});
