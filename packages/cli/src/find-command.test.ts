import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCommand, withHelpSpelledOut } from './find-command.ts';

test('a command is found whatever flags stand in front of it', () => {
  for (const [line, path] of [
    ['ls', 'ls'],
    ['list -a', 'ls'],
    ['new', 'create'],
    ['--api-key auth ls', 'ls'],
    ['--api-key=auth -j ls', 'ls'],
    ['-j keys --base-url rm revoke 1', 'keys revoke'],
    ['key rm 1', 'keys revoke'],
    ['auth --profile x status', 'auth status'],
    ['rm auth', 'rm'],
    ['--max-wait ls --no-wait create', 'create'],
  ] as const) {
    const found = findCommand(line.split(' '));
    assert.equal(found.kind === 'command' && found.entry.path.join(' '), path, line);
  }
  for (const line of ['auth lss', 'lss', 'auth keys list'])
    assert.equal(findCommand(line.split(' ')).kind, 'unknown');
});

test('help spelled out', () => {
  for (const [line, spelled] of [
    ['', '--help'],
    ['auth', 'auth --help'],
    ['help keys create', 'keys create --help'],
    ['help', '--help'],
    ['-v', '-v'],
    ['ls', 'ls'],
  ] as const) {
    assert.equal(withHelpSpelledOut(line.split(' ').filter(Boolean)).join(' '), spelled);
  }
});
