import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { getFile, type PutFileRequest, putFile } from './files.ts';
import { randomBytes, seededRandom } from './testing/random.ts';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
const at = (path: string) => join(agent.workFolder, path);
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

function put(path: string, data: Buffer | string, options: Partial<PutFileRequest> = {}) {
  const bytes = Buffer.from(data);
  return putFile(
    agent.open,
    { path, recursive: false, size: bytes.length, ...options },
    Readable.from([bytes]),
  );
}

async function get(path: string): Promise<Buffer> {
  const { size, body } = await getFile(agent.open, { path });
  const data = await buffer(body);
  assert.equal(data.length, size);
  return data;
}

test('a file goes in and comes out unchanged: empty, small, 30 MB', async () => {
  for (const size of [0, 1, 65_536, 65_537, 30_000_000]) {
    const block = randomBytes(seededRandom(size), Math.min(size, 1_000_003));
    const data = Buffer.alloc(size, block.length ? block : undefined);
    assert.deepEqual(await put('file', data), { path: at('file'), size });
    const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    assert.equal(hash(await get('file')), hash(data));
  }
});

test('missing folders are made on request only', async () => {
  await assert.rejects(put('deep/er/file', 'x'), {
    code: 'no_parent',
    message: /create it first or upload with recursive/,
  });
  await put('deep/er/file', 'x', { recursive: true });
  assert.equal(await readFile(at('deep/er/file'), 'utf8'), 'x');
});

test('a file is replaced whole or not at all, and nothing is left beside it', async () => {
  await mkdir(at('atomic'));
  await put('atomic/file', 'old');
  await assert.rejects(put('atomic/file', 'new', { size: 10 }), {
    code: 'incomplete',
    message: /Only 3 of 10 bytes/,
  });
  await assert.rejects(put('atomic/file', 'new', { size: 2 }), { code: 'invalid_request' });
  const failing = new Readable({
    read() {
      this.push('ne');
      this.destroy(new RangeError('the source broke'));
    },
  });
  const request = { path: 'atomic/file', recursive: false, size: 3 };
  await assert.rejects(putFile(agent.open, request, failing), { name: 'RangeError' });
  await agent.bash('while ls -A atomic | grep -q instavm; do sleep 0.01; done', 5);
  assert.equal(await readFile(at('atomic/file'), 'utf8'), 'old');
  assert.deepEqual(await readdir(at('atomic')), ['file']);
});

test('a program that reads the file meanwhile sees the old one until the new one is complete', async () => {
  await put('seen', 'old');
  const source = new Readable({ read() {} });
  source.push('ne');
  const putting = putFile(agent.open, { path: 'seen', recursive: false, size: 3 }, source);
  assert.equal((await agent.bash('cat seen')).out, 'old');
  source.push('w');
  source.push(null);
  await putting;
  assert.equal((await agent.bash('cat seen')).out, 'new');
});

test('permissions: 0644 for a new file, those of the old file when it is replaced, or as asked for', async () => {
  const mode = async (path: string) => ((await stat(at(path))).mode & 0o7777).toString(8);
  await put('script', 'x');
  assert.equal(await mode('script'), '644');
  await chmod(at('script'), 0o755);
  await put('script', 'y');
  assert.equal(await mode('script'), '755');
  await put('script', 'z', { mode: 0o600 });
  assert.equal(await mode('script'), '600');
});

test('a link to a file is followed, not replaced', async () => {
  await put('target', 'old');
  await symlink('target', at('link'));
  await put('link', 'new');
  assert.equal(await readFile(at('target'), 'utf8'), 'new');
});

test('what is no regular file is refused with a code and in words', async () => {
  await mkdir(at('folder'));
  await agent.bash('mkfifo pipe');
  await assert.rejects(put('folder', 'x'), { code: 'is_directory', message: /is a folder/ });
  await assert.rejects(put('other/', 'x'), { code: 'is_directory' });
  await assert.rejects(get('folder'), { code: 'is_directory', message: /is a folder/ });
  await assert.rejects(get('missing'), {
    code: 'not_found',
    message: /missing cannot be read: no such file/,
  });
  for (const path of ['pipe', '/dev/zero']) await assert.rejects(get(path), { code: 'not_a_file' });
  for (const path of ['pipe', '/dev/null']) await assert.rejects(put(path, 'x'), { code: 'not_a_file' });
});

test('security: a relative path cannot leave the work folder, an absolute one says where it goes', async () => {
  for (const path of ['../up', 'a/../../up', '..', '.', '', 'a\0b']) {
    await assert.rejects(put(path, 'x'), (error: { code: string }) =>
      /invalid_request|is_directory/.test(error.code),
    );
    await assert.rejects(get(path), (error: { code: string }) =>
      /invalid_request|is_directory/.test(error.code),
    );
  }
  const outside = join(agent.folder, 'outside');
  await put(outside, 'x');
  assert.equal(await readFile(outside, 'utf8'), 'x');
  assert.equal((await get('deep/../deep/er/file')).toString(), 'x');
});

test('a file of /proc, which says that it is empty, comes with its content', async () => {
  assert.match((await get('/proc/version')).toString(), /^Linux/);
});

test('a download can be left in the middle, and the link serves the next', async () => {
  await writeFile(at('large'), Buffer.alloc(5_000_000));
  const { body } = await getFile(agent.open, { path: 'large' });
  for await (const _chunk of body) break;
  assert.equal((await get('large')).length, 5_000_000);
});

test('a file that gets shorter while it is read is an error, not a short answer', async () => {
  await writeFile(at('shrinks'), Buffer.alloc(5_000_000));
  const { body } = await getFile(agent.open, { path: 'shrinks' });
  await writeFile(at('shrinks'), 'short');
  await assert.rejects(buffer(body), { code: 'incomplete' });
});

test('a slow reader of a file holds up nobody else', async () => {
  await writeFile(at('slow'), Buffer.alloc(3_000_000));
  const { body } = await getFile(agent.open, { path: 'slow' });
  assert.equal((await agent.bash('echo free')).out, 'free\n');
  assert.equal((await buffer(body)).length, 3_000_000);
});

test('a transfer that is given up is a typed error', async () => {
  const abort = new AbortController();
  const source = new Readable({ read() {} });
  const putting = putFile(agent.open, { path: 'x', recursive: false, size: 5 }, source, {
    signal: abort.signal,
  });
  const rejected = assert.rejects(putting, { code: 'cancelled' });
  await agent.bash('true');
  abort.abort();
  await rejected;
});
