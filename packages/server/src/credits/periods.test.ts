import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecast } from './forecast.ts';
import { periodOf, stepsOf } from './periods.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const NOW = at('2030-03-15T10:30:00');

test('a period is the calendar month, thirty days with this one, or all months of the account', () => {
  const span = (name: Parameters<typeof periodOf>[0], from = '2029-12-24T12:00:00') => {
    const { fromMs, toMs, months } = periodOf(name, NOW, at(from));
    return [text(fromMs), text(toMs), months];
  };
  assert.deepEqual(span('current_month'), ['2030-03-01T00:00', '2030-04-01T00:00', 1]);
  assert.deepEqual(span('last_30_days'), ['2030-02-14T00:00', '2030-03-16T00:00', 1]);
  assert.deepEqual(span('all'), ['2029-12-01T00:00', '2030-04-01T00:00', 4]);
  assert.equal(span('all', '2030-03-31T00:00:00')[2], 1, 'a clock that was put back');
});

test('steps end with the one that is now: this hour, this day, this week from Monday', () => {
  const edges = (
    ...[period, granularity]: Parameters<typeof stepsOf> extends [infer P, infer G, number] ? [P, G] : never
  ) => {
    const { fromMs, stepMs, count } = stepsOf(period, granularity, NOW);
    return [text(fromMs), text(fromMs + (count - 1) * stepMs), count];
  };
  assert.deepEqual(edges('7d', 'hourly'), ['2030-03-08T11:00', '2030-03-15T10:00', 168]);
  assert.deepEqual(edges('7d', 'daily'), ['2030-03-09T00:00', '2030-03-15T00:00', 7]);
  assert.deepEqual(edges('7d', 'weekly'), ['2030-03-04T00:00', '2030-03-11T00:00', 2]);
  assert.deepEqual(edges('90d', 'weekly'), ['2029-12-10T00:00', '2030-03-11T00:00', 14]);
});

const march = { fromMs: at('2030-03-01T00:00:00'), toMs: at('2030-04-01T00:00:00') };

test('a forecast goes on as the days so far, and says when the allocation is used up', () => {
  const tenDays = march.fromMs + 10 * 86_400_000;
  const steady = forecast(march, 10, 20, tenDays);
  assert.ok(Math.abs(steady.dailyAverage - 1) < 1e-9 && Math.abs(steady.atEnd - 31) < 1e-9);
  assert.equal(text(steady.exhaustedAtMs!), '2030-03-21T00:00');
  assert.equal(forecast(march, 10, 31.5, tenDays).exhaustedAtMs, null, 'after the month');
  assert.equal(forecast(march, 10, 10, tenDays).exhaustedAtMs, tenDays, 'already');
  assert.deepEqual(forecast(march, 0, 20, tenDays), { dailyAverage: 0, atEnd: 0, exhaustedAtMs: null });
});

test('the first minutes of a month do not foretell a fortune', () => {
  const { atEnd } = forecast(march, 0.001, 20, march.fromMs + 1000);
  assert.ok(atEnd < 1, String(atEnd));
});
