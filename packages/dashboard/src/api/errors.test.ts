import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, errorInWords, readError } from './errors.ts';

test('problem details keep their code and words', () => {
  const body = { title: 'Gone', detail: 'A person exists already', code: 'first_run_closed' };
  const error = readError(410, body, null);
  assert.deepEqual([error.status, error.code, error.message], [410, 'first_run_closed', body.detail]);
  assert.equal(errorInWords(error), 'A person exists already.');
});

test('a validation list names the input of each mistake', () => {
  const detail = [{ loc: ['body', 'label'], msg: 'is taken in production', type: 'unique' }];
  const error = readError(422, { title: 'Invalid', detail, code: 'validation_failed' }, null);
  assert.deepEqual({ ...error.fields }, { label: 'is taken in production' });
});

test('a mistake inside a list is told with its place', () => {
  const detail = [{ loc: ['body', 'allowed_cidrs', 2], msg: 'is not a network', type: 'custom' }];
  const error = readError(422, { title: 'Invalid', detail, code: 'validation_failed' }, null);
  assert.deepEqual({ ...error.fields }, { 'allowed_cidrs.2': 'is not a network' });
});

test('a throttled caller is told in words how long to wait', () => {
  assert.equal(errorInWords(readError(429, null, '40')), 'Too many attempts. Try again in 40 seconds.');
  assert.equal(errorInWords(readError(429, null, '600')), 'Too many attempts. Try again in 10 minutes.');
  assert.match(errorInWords(readError(429, null, null)), /Wait a minute/);
});

test('a body that is no JSON still gives words', () => {
  assert.match(errorInWords(readError(502, '<html>', null)), /The server failed \(status 502\)/);
  assert.match(
    errorInWords(new ApiError({ status: 0, code: 'no_answer', detail: 'No answer' })),
    /No answer/,
  );
});
