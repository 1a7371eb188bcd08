import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAmount, typedAmount } from './amounts.ts';

test('what is shown is what is saved again', () => {
  for (const value of [null, 1, 5400, 36_000_000]) {
    assert.deepEqual(readAmount('quota_vm_seconds', typedAmount('quota_vm_seconds', value)), {
      value,
      problem: null,
    });
  }
  assert.equal(typedAmount('quota_vm_seconds', 5400), '1.5');
});

test('a number out of its range is named with the range, in the unit that is typed', () => {
  assert.match(readAmount('quota_machines', '0').problem!, /1 to 100,000 machines/);
  assert.match(readAmount('quota_machines', '1.5').problem!, /1 to 100,000 machines/);
  assert.match(readAmount('quota_machines', 'x').problem!, /machines/);
  assert.match(readAmount('machine_lifetime_seconds', '2000').problem!, /0.3333 to 1,440 minutes/);
});
