import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandScopes, isScope, PERMISSION_NAMES, PERMISSIONS, PRESETS } from './permissions.ts';

test('a permission is resource:action and has words for people', () => {
  for (const [name, words] of Object.entries(PERMISSIONS)) {
    assert.match(name, /^[a-z]+(-[a-z]+)*:[a-z]+$/);
    assert.match(words, /^[A-Z].*[^.]$/);
  }
});

test('presets expand to known permissions', () => {
  for (const [name, { permissions }] of Object.entries(PRESETS)) {
    assert.ok(permissions.length > 0, name);
    assert.ok(
      permissions.every((permission) => Object.hasOwn(PERMISSIONS, permission)),
      name,
    );
    assert.deepEqual(expandScopes([name]), new Set(permissions), name);
  }
});

test('full is everything', () => {
  assert.deepEqual(expandScopes(['full']), new Set(PERMISSION_NAMES));
});

test('read-only changes and runs nothing', () => {
  assert.ok([...expandScopes(['read-only'])].every((name) => name.endsWith(':read')));
});

test('only full and key-manager can make keys', () => {
  const makers = Object.keys(PRESETS).filter((name) => expandScopes([name]).has('keys:write'));
  assert.deepEqual(makers, ['full', 'key-manager']);
});

test('a resource with a star grants all its actions and no other resource', () => {
  assert.deepEqual(
    expandScopes(['keys:*']),
    new Set(['self:read', 'keys:introspect', 'keys:read', 'keys:write']),
  );
  assert.ok(!expandScopes(['ssh-keys:*']).has('keys:read'));
});

test('scopes add up, presets and permissions alike', () => {
  const granted = expandScopes(['read-only', 'exec:run']);
  assert.ok(granted.has('exec:run') && granted.has('vms:read') && !granted.has('vms:write'));
});

test('unknown scopes grant nothing, whatever they look like', () => {
  for (const scope of [
    '',
    '*',
    ':*',
    '*:*',
    'vms',
    'vms:',
    'vms:fly',
    'VMS:read',
    'vm:*',
    'toString',
    '__proto__',
    'constructor',
  ]) {
    assert.equal(isScope(scope), false, scope);
    assert.deepEqual(expandScopes([scope]), new Set(['self:read']), scope);
  }
});

test('a key without a scope can still ask what it is', () => {
  assert.deepEqual(expandScopes([]), new Set(['self:read']));
});
