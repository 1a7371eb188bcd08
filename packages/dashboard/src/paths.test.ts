import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths, safeNext } from './paths.ts';

test('every path is the one that links and bookmarks rely on', () => {
  assert.deepEqual(
    {
      home: paths.home(),
      firstRun: paths.firstRun(),
      signIn: paths.signIn(),
      signInNext: paths.signIn('/keys?q=ci&env=production'),
      signInHome: paths.signIn('/'),
      keys: paths.keys(),
      newKey: paths.newKey(),
      key: paths.key(7),
      keyEdit: paths.keyEdit(7, 'life'),
      rotateKey: paths.rotateKey(7),
      rotateKeyNow: paths.rotateKey(7, 'now'),
      machines: paths.machines(),
      machine: paths.machine('vm_7Yc1'),
      oddMachine: paths.machine('a/b c'),
      engine: paths.engine(),
      team: paths.team(),
      account: paths.account(),
      me: paths.me(),
      signUp: paths.signUp(),
      invitation: paths.invitation(),
    },
    {
      home: '/',
      firstRun: '/first-run',
      signIn: '/sign-in',
      signInNext: '/sign-in?next=%2Fkeys%3Fq%3Dci%26env%3Dproduction',
      signInHome: '/sign-in',
      keys: '/keys',
      newKey: '/keys/new',
      key: '/keys/7',
      keyEdit: '/keys/7?edit=life',
      rotateKey: '/keys/7/rotate',
      rotateKeyNow: '/keys/7/rotate?policy=now',
      machines: '/machines',
      machine: '/machines/vm_7Yc1',
      oddMachine: '/machines/a%2Fb%20c',
      engine: '/engine',
      team: '/team',
      account: '/account',
      me: '/me',
      signUp: '/sign-up',
      invitation: '/invitation',
    },
  );
});

test('signing in never leads to another site, nor back to itself', () => {
  for (const next of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:1',
    '',
    null,
    7,
  ]) {
    assert.equal(safeNext(next), '/');
  }
  assert.equal(safeNext('/sign-in?next=/keys'), '/');
  assert.equal(safeNext('/sign-up'), '/');
  assert.equal(safeNext('/keys?q=ci'), '/keys?q=ci');
});
