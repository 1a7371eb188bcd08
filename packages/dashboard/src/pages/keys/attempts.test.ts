import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../api/errors.ts';
import { Attempts } from './attempts.ts';

const answer = (status: number) => new ApiError({ status, code: 'x', detail: 'x' });

function attempts() {
  let count = 0;
  return new Attempts<{ at: number }>(() => `token-${++count}`);
}

test('a lost answer is asked for again with the same token and the same body', () => {
  for (const status of [0, 502]) {
    const tries = attempts();
    const first = tries.next('CI', () => ({ at: 1 }));
    tries.settle(answer(status));
    assert.deepEqual(
      tries.next('CI', () => ({ at: 2 })),
      first,
    );
  }
});

test('a refusal, a success and another wish begin anew', () => {
  const tries = attempts();
  tries.next('CI', () => ({ at: 1 }));
  tries.settle(answer(422));
  assert.deepEqual(
    tries.next('CI', () => ({ at: 2 })),
    { idempotencyKey: 'token-2', body: { at: 2 } },
  );
  tries.settle(null);
  assert.equal(tries.next('CI', () => ({ at: 3 })).idempotencyKey, 'token-3');
  tries.settle(answer(0));
  assert.equal(tries.next('Another', () => ({ at: 4 })).idempotencyKey, 'token-4');
});
