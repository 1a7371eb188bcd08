import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitPatterns } from './webhook-words.ts';

test('patterns may stand in a line or in several, each once', () => {
  assert.deepEqual(splitPatterns(' vm.*, api_key.created\nvm.* '), ['vm.*', 'api_key.created']);
  assert.deepEqual(splitPatterns('  '), []);
});
