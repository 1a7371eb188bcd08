import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandScopes, PERMISSION_NAMES } from '@instavm/contract/permissions';
import { ROLE_NAMES, ROLES } from '@instavm/contract/roles';
import { handedOverScopes } from './handed-over.ts';

const FULL = JSON.stringify(['full']);

test('security: a key that is handed over can never do more than before, whoever gets it', () => {
  for (const from of ROLE_NAMES) {
    const before = new Set(ROLES[from].permissions);
    for (const to of ROLE_NAMES) {
      for (const scopes of [['full'], ['read-only'], ['vms:*', 'members:write'], ['keys:read']]) {
        const after = expandScopes(JSON.parse(handedOverScopes(JSON.stringify(scopes), from, to)));
        for (const name of after) {
          if (!ROLES[to].permissions.includes(name)) continue;
          assert.ok(before.has(name) && expandScopes(scopes).has(name), `${from} -> ${to}: ${name}`);
        }
      }
    }
  }
});

test("an admin's key does not become able to make owners; an equal's stays as it was", () => {
  const raised = expandScopes(JSON.parse(handedOverScopes(FULL, 'admin', 'owner')));
  assert.deepEqual(
    PERMISSION_NAMES.filter((name) => !raised.has(name)),
    ['account:write', 'members:write'],
  );
  for (const role of ['owner', 'admin'] as const) assert.equal(handedOverScopes(FULL, role, role), FULL);
  assert.equal(handedOverScopes(FULL, 'owner', 'viewer'), FULL, "the new owner's role bounds it anyway");
  assert.equal(handedOverScopes('["vms:read"]', 'viewer', 'owner'), '["vms:read"]', 'nothing to cut');
});
