import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY_SECONDS, HOUR_SECONDS, STEP_SECONDS, type StepName, stepStart } from './steps.ts';
import { lastSteps, piecesOf, rowsOf, stepIndex, stepText, windowOf } from './window.ts';

const NOW_MS = Date.UTC(2030, 5, 15, 12, 34, 56);

test('a window ends with the step of now, and its steps begin where those of UTC do', () => {
  const hours = windowOf('24h', undefined, NOW_MS);
  assert.deepEqual([hours.step, hours.steps], ['hour', 24]);
  assert.equal(stepText(hours, 0), '2030-06-14T13:00:00.000Z');
  assert.equal(stepText(hours, 23), '2030-06-15T12:00:00.000Z');
  assert.equal(stepIndex(hours, NOW_MS / 1000), 23);
  assert.equal(stepIndex(hours, hours.from - 1), null);
  assert.equal(stepIndex(hours, hours.to), null);
  assert.deepEqual([windowOf('1y', undefined, NOW_MS).steps, windowOf('1h', 'day', NOW_MS).steps], [365, 1]);
});

test('the pieces of a window are all of it and nothing twice, in steps that are there', () => {
  const cases = fc.record({
    step: fc.constantFrom<StepName>('minute', 'hour', 'day'),
    steps: fc.integer({ min: 1, max: 400 }),
    nowMs: fc.integer({ min: NOW_MS - 1e10, max: NOW_MS }),
    lag: fc.tuple(fc.nat(5), fc.nat(3), fc.nat(2)),
    isWhole: fc.boolean(),
  });
  fc.assert(
    fc.property(cases, ({ step, steps, nowMs, lag, isWhole }) => {
      const hour = stepStart(nowMs / 1000, HOUR_SECONDS) - lag[0] * HOUR_SECONDS;
      const day = stepStart(hour, DAY_SECONDS) - lag[1] * DAY_SECONDS;
      const rolled = { hour, day, block: stepStart(day, STEP_SECONDS.block) - lag[2] * STEP_SECONDS.block };
      const window = lastSteps(step, steps, nowMs);
      let at = window.from;
      for (const piece of piecesOf(window, rolled, { isWhole })) {
        const seconds = STEP_SECONDS[piece.step];
        assert.equal(piece.from, at);
        assert.ok(piece.to > piece.from && piece.from % seconds === 0 && piece.to % seconds === 0);
        if (piece.step !== 'minute') assert.ok(piece.to <= rolled[piece.step]);
        if (!isWhole) assert.ok(seconds <= window.stepSeconds);
        at = piece.to;
      }
      assert.equal(at, window.to);
    }),
  );
});

test('a year as a whole is read from few rows', () => {
  const nowSeconds = NOW_MS / 1000;
  const hour = stepStart(nowSeconds, HOUR_SECONDS);
  const day = stepStart(nowSeconds, DAY_SECONDS);
  const rolled = { hour, day, block: stepStart(day, STEP_SECONDS.block) };
  const rows = (isWhole: boolean) =>
    rowsOf(piecesOf(windowOf('1y', undefined, NOW_MS), rolled, { isWhole }), NOW_MS);
  assert.ok(rows(true) < 130, `${rows(true)}`);
  assert.ok(rows(false) < 450 && rows(false) > 365, `${rows(false)}`);
});
