import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldProblem, wholeProblem } from './field-problem.ts';

test('what the server says about a field becomes a sentence about what the form calls it', () => {
  assert.equal(fieldProblem('The name', 'is empty'), 'The name is empty.');
  assert.equal(fieldProblem('The name', 'Too long: 120 at most.'), 'Too long: 120 at most.');
});

test('what it says as a whole becomes a sentence as it is', () => {
  assert.equal(wholeProblem('this is not an e-mail address'), 'This is not an e-mail address.');
  assert.equal(wholeProblem('Is that so?'), 'Is that so?');
});
