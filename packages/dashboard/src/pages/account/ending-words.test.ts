import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNameOf, leaveRefusal, whatEnds } from './ending-words.ts';

const member = (person_id: number, role: 'owner' | 'admin', status: 'active' | 'suspended' = 'active') => ({
  person_id,
  role,
  status,
});

test('whoever is no owner may leave; an owner when another one stays who is not suspended', () => {
  const owner = member(1, 'owner');
  assert.equal(leaveRefusal(member(2, 'admin'), [owner, member(2, 'admin')]), null);
  assert.equal(leaveRefusal(owner, [owner, member(2, 'owner')]), null);
  for (const other of [member(2, 'admin'), member(2, 'owner', 'suspended')]) {
    assert.match(leaveRefusal(owner, [owner, other]) ?? '', /only owner/);
  }
});

test('what ends with an account is counted', () => {
  assert.deepEqual(whatEnds({ keys: 1200, machines: 1, others: 0 }), [
    '1,200 API keys are revoked.',
    '1 machine is deleted.',
    'Nobody else is in it.',
  ]);
  assert.deepEqual(whatEnds({ keys: 0, machines: undefined, others: 2 }), [
    'No API key is live.',
    'Its machines are deleted.',
    '2 other members are out.',
  ]);
});

test('a name is typed as it reads, not as it is encoded', () => {
  assert.ok(isNameOf(' Zoe\u0301 ', 'Zo\u00e9'));
  assert.ok(!isNameOf('zoé', 'Zoé'));
  assert.ok(!isNameOf('', 'Zoé'));
});
