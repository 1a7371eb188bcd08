import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { mintKey } from '@instavm/keyformat';
import { programOf, UNNAMED } from './program.ts';

test('a program is its name, whatever its version', () => {
  for (const [userAgent, name] of [
    ['python-requests/2.32.3', 'python-requests'],
    ['instavm-cli/0.1.0 instavm-sdk-js/0.1.0', 'instavm-cli'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'Mozilla'],
    ['my-tool-1.4.2', 'my-tool'],
    ['my_tool v1.4.2-rc1', 'my_tool'],
    ['curl', 'curl'],
    ['', UNNAMED],
    ['/1.0', UNNAMED],
    ['<script>alert(1)</script>', 'scriptalert'],
    ['x'.repeat(200), 'x'.repeat(32)],
  ] as const) {
    assert.equal(programOf(userAgent), name, userAgent);
  }
});

test('security: a key in the wrong header is no name of a program', () => {
  const key = mintKey(randomBytes);
  assert.equal(programOf(key), UNNAMED);
  assert.equal(programOf(`${key}/1.0`), UNNAMED);
});
