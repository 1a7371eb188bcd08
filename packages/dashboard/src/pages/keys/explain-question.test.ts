import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressProblem, FIRST_QUESTION, pathProblem, questionOf } from './explain-question.ts';

test('a question names an operation, or method and path, never both', () => {
  assert.deepEqual(questionOf(FIRST_QUESTION), { action: 'vms.create' });
  assert.deepEqual(questionOf({ ...FIRST_QUESTION, by: 'path', method: 'POST', path: ' /execute ' }), {
    method: 'POST',
    path: '/execute',
  });
});

test('an address goes along where it is one', () => {
  assert.deepEqual(questionOf({ ...FIRST_QUESTION, address: ' 10.0.0.1 ' }), {
    action: 'vms.create',
    address: '10.0.0.1',
  });
  for (const address of ['10.0.0.0/8', 'here', '10.0.0']) {
    assert.ok(addressProblem(address), address);
    assert.equal(questionOf({ ...FIRST_QUESTION, address }), null);
  }
});

test('half a question is not asked', () => {
  assert.equal(questionOf({ ...FIRST_QUESTION, by: 'path', path: 'v1/vms' }), null);
  assert.match(pathProblem({ ...FIRST_QUESTION, by: 'path', path: 'v1/vms' })!, /begins with a slash/);
  assert.equal(pathProblem({ ...FIRST_QUESTION, by: 'path', path: '' }), null);
});
