import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endedInWords, endOthersInWords } from './session-words.ts';

test('how many sign-ins end is said before and after', () => {
  assert.deepEqual([1, 2].map(endOthersInWords), ['End the other one', 'End all 2 others']);
  assert.deepEqual([0, 1, 3].map(endedInWords), [
    'No other sign-in was ended.',
    'One other sign-in was ended.',
    '3 other sign-ins were ended.',
  ]);
});
