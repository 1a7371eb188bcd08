import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

const reporter = join(import.meta.dirname, 'reporter.mjs');

const source = `
import assert from 'node:assert/strict';
import test, { suite } from 'node:test';
test('passes', () => console.log('printed by a file that fails'));
suite('group', () => {
  test('fails', () => assert.equal(1, 2));
  test('is left out', { skip: true }, () => {});
});
`;

test('passing tests are counted, failing ones shown with their place and what their file printed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'instavm-reporter-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'a.test.mjs');
  const counts = join(folder, 'counts.json');
  writeFileSync(file, source);
  // A runner inside a runner tests nothing unless it is told that it is the outer one.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const { stdout, status } = spawnSync(process.execPath, ['--test', '--test-reporter', reporter, file], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...environment, INSTAVM_TEST_COUNTS: counts },
  });
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(readFileSync(counts, 'utf8')), { passed: 1, failed: 1, skipped: 1 });
  assert.match(stdout, /✖ fails\n {2}a\.test\.mjs:6\n.*1 !== 2/s);
  assert.match(stdout, /✖ a\.test\.mjs: 1 passed, 1 failed, 1 skipped/);
  assert.match(stdout, /printed by a file that fails/);
  assert.doesNotMatch(stdout, /✖ group/);
});
