import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldProblem } from './field-problem.ts';

test('what the server says about a field becomes a sentence about what the form calls it', () => {
  assert.equal(fieldProblem('The name', 'is empty'), 'The name is empty.');
  assert.equal(fieldProblem('The name', 'Too long: 120 at most.'), 'Too long: 120 at most.');
});
