import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyLines, storeLine } from './key-lines.ts';

const key = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';
const origin = 'http://127.0.0.1:8080';

test('each ready-made line holds the whole key and this server', () => {
  const lines = keyLines(key, origin);
  assert.deepEqual(
    lines.map((line) => line.id),
    ['curl', 'cli', 'python', 'typescript'],
  );
  for (const line of lines) {
    assert.ok(line.code.includes(key), line.id);
    assert.ok(line.code.includes(origin), line.id);
  }
});

test('the line that stores a key does not hold it, so no shell history does', () => {
  assert.ok(!storeLine(origin).includes(key));
  assert.ok(storeLine(origin).includes(origin));
});
