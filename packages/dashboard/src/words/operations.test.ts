import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { operationGroups, operationTitle, readOperations } from './operations.ts';

const text = readFileSync(new URL('../../../contract/endpoints.txt', import.meta.url), 'utf8');

test("the contract's own list is read, each operation with its permission", () => {
  const operations = readOperations(text);
  assert.ok(operations.length > 20, String(operations.length));
  const create = operations.find(({ id }) => id === 'vms.create');
  assert.deepEqual(create, { id: 'vms.create', method: 'POST', path: '/v1/vms', permission: 'vms:write' });
});

test('what a key cannot ask for is not offered', () => {
  const list = [
    'id     published  method  path  credential  permission  state',
    'a.b    -          GET     /a    header      a:read      built',
    'a.c    -          GET     /c    header      a:read      not built',
    'a.d    -          POST    /d    -           -           built',
    'a.e    -          SOCKET  /e    header      a:read      built',
  ].join('\n');
  assert.deepEqual(
    readOperations(list).map(({ id }) => id),
    ['a.b'],
  );
});

test('operations are named as a person would', () => {
  const operation = (id: string) => ({ id, method: 'POST', path: '/', permission: null });
  assert.equal(operationTitle(operation('apiKeys.undoRotation')), 'Undo rotation');
  assert.deepEqual(
    operationGroups(['apiKeys.get', 'sshKeys.list', 'vms.get'].map(operation)).map(([name]) => name),
    ['API keys', 'SSH keys', 'Machines'],
  );
});
