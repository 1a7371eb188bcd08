import assert from 'node:assert/strict';
import { mkdtemp, open, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Engine } from './engine.ts';
import { hostTools } from './host-tools.ts';
import { prepareEngine } from './prepare/prepare-engine.ts';
import { ProgressReporter } from './prepare/progress.ts';
import { TemplateStore } from './template/template-store.ts';
import { testCacheDir } from './testing.ts';

const tools = hostTools(process.env.PATH ?? '', process.env);
const now = () => new Date();
const shape = { memoryMb: 128, vcpuCount: 1, isolation: 'emulated' } as const;

let engine: Engine;
let cacheDir: string;

before(async () => {
  engine = await prepareEngine({
    ...{ cacheDir: testCacheDir(process.env), tools, env: process.env, architecture: process.arch, now },
    progress: new ProgressReporter(
      () => 0,
      () => {},
    ),
    log: () => {},
  });
  // Templates of its own: these are damaged.
  cacheDir = await mkdtemp(join(tmpdir(), 'instavm-template-'));
});
after(() => rm(cacheDir, { recursive: true, force: true }));

function openStore() {
  const made: string[] = [];
  const log = (message: string) => void made.push(message);
  return { store: new TemplateStore({ cacheDir, tools, uid: process.getuid!(), now, log }), made };
}

test('a template is made once, found by the next process, and made anew when a file of it is damaged', async () => {
  const first = openStore();
  const template = await first.store.get(engine, shape);
  assert.deepEqual(first.made, ['made a template']);
  assert.deepEqual(first.store.ready, [template.digest]);

  const second = openStore();
  await Promise.all([second.store.get(engine, shape), second.store.get(engine, shape)]);
  assert.deepEqual(second.made, []);

  // As a failing disk does it: other bytes, same size, same time.
  const { atime, mtime } = await stat(template.state);
  const file = await open(template.state, 'r+');
  await file.write('damage', 100);
  await file.close();
  await utimes(template.state, atime, mtime);
  assert.deepEqual(await second.store.checkAll(), [template.digest]);
  await second.store.get(engine, shape);
  assert.deepEqual(second.made, ['a damaged template was taken away', 'made a template']);
  assert.deepEqual(await second.store.checkAll(), []);
});
