import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attackedKeys } from '../../bench/anomalies/attacks.ts';
import { normalMonths } from '../../bench/anomalies/run.ts';
import { sentenceOf } from './sentence.ts';

// The thresholds were chosen with seeds below 100.
const SEED = 103;

test('a month of normal use of 200 keys raises at most 3 anomalies, and so does the month before, in which all is new', () => {
  const { first, second } = normalMonths(SEED);
  for (const month of [first, second]) {
    const told = month.map(({ kind, figures, keyKind }) => `${keyKind}: ${sentenceOf(kind, figures)}`);
    assert.ok(told.length <= 3, told.join('\n'));
  }
});

test('every attack on every key of which it can be found is found', () => {
  for (const { name, tried, found, missed, isSure } of attackedKeys(SEED)) {
    assert.ok(tried >= 10, `control: ${name} was tried`);
    if (isSure) assert.equal(found, tried, `${name}: ${missed.join(', ')}`);
  }
});
