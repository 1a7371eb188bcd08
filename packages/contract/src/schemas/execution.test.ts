import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executions } from '../operations/executions.ts';
import { files } from '../operations/files.ts';

const run = executions.run.request.body;

test('a command alone is Python', () => {
  assert.deepEqual(run.parse({ command: 'print(1)' }), { command: 'print(1)', language: 'python' });
  assert.equal(run.parse({ command: 'ls', language: 'bash', timeout: 5 }).language, 'bash');
  assert.equal(
    run.parse({ command: 'ls', language: null, timeout: null, session_id: null }).language,
    'python',
  );
});

test('commands up to 1 MiB of UTF-8 are taken, and not one byte more', () => {
  const limit = 1024 * 1024;
  assert.equal(run.safeParse({ command: 'x'.repeat(limit) }).success, true);
  assert.equal(run.safeParse({ command: 'x'.repeat(limit + 1) }).success, false);
  assert.equal(run.safeParse({ command: 'é'.repeat(limit / 2) }).success, true);
  assert.equal(run.safeParse({ command: `${'é'.repeat(limit / 2)}x` }).success, false);
});

test('empty commands, unknown languages and impossible time limits are refused', () => {
  for (const bad of [{ command: '' }, {}, { command: 1 }]) assert.equal(run.safeParse(bad).success, false);
  for (const language of ['', 'ruby', 'Python'])
    assert.equal(run.safeParse({ command: 'x', language }).success, false);
  for (const timeout of [0, -1, 86_401, '5', Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(run.safeParse({ command: 'x', timeout }).success, false, String(timeout));
  }
  assert.equal(run.parse({ command: 'x', timeout: 0.5 }).timeout, 0.5);
});

test('the fields of an upload arrive as text', () => {
  const upload = files.upload.request.body;
  assert.deepEqual(upload.parse({ remote_path: '/a', session_id: 's', recursive: 'false' }), {
    remote_path: '/a',
    session_id: 's',
    recursive: false,
  });
  for (const bad of [
    {},
    { remote_path: '' },
    { remote_path: 'a\0b' },
    { remote_path: '/a', recursive: 'yes' },
  ]) {
    assert.equal(upload.safeParse(bad).success, false);
  }
});
