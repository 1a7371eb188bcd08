import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hoursOf, monthOf, monthsOf } from './calendar.ts';
import { lifeOf, overlapMs, reservedOf } from './machine-life.ts';

const at = (text: string) => Date.parse(text);
const span = (from: string, to: string) => ({ fromMs: at(from), toMs: at(to) });

test('a month goes from its first to before the first millisecond of the next, by UTC, leap years included', () => {
  const february = monthOf(at('2028-02-29T23:59:59.999Z'));
  assert.deepEqual(february, { name: '2028-02', ...span('2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z') });
  assert.equal(monthOf(february.toMs).name, '2028-03');
  assert.equal(monthOf(at('2030-12-31T23:00:00Z')).toMs, at('2031-01-01T00:00:00Z'));
});

test('a span is cut at the ends of months and hours, and no millisecond is lost or counted twice', () => {
  const long = span('2030-01-31T22:59:59.250Z', '2030-03-01T00:00:00.750Z');
  assert.deepEqual(
    monthsOf(long).map(({ name }) => name),
    ['2030-01', '2030-02', '2030-03'],
  );
  for (const parts of [monthsOf(long), hoursOf(long)]) {
    assert.equal(
      parts.reduce((sum, { ms }) => sum + ms, 0),
      long.toMs - long.fromMs,
    );
    assert.ok(parts.every(({ ms }) => ms > 0));
  }
  assert.deepEqual(hoursOf(span('2030-01-01T05:30:00Z', '2030-01-01T06:00:00Z')), [
    { name: '2030-01-01T05', ms: 1_800_000 },
  ]);
  assert.deepEqual(monthsOf(span('2030-01-01T00:00:00Z', '2030-01-01T00:00:00Z')), []);
});

const machine = {
  created_at: '2030-01-01T00:00:00.000Z',
  expires_at: '2030-01-01T00:05:00.000Z',
  ended_at: null as string | null,
  isolation: 'none' as string | null,
};

test('a machine counts from its making to its end or now, and never beyond its lifetime', () => {
  const from = at(machine.created_at);
  assert.equal(lifeOf(machine, from + 1234).toMs, from + 1234);
  assert.equal(lifeOf(machine, from + 999_999).toMs, at(machine.expires_at), 'the sweep comes late');
  assert.equal(lifeOf(machine, from - 10).toMs, from, 'a clock that was put back');
  const ended = { ...machine, ended_at: '2030-01-01T00:00:07.500Z' };
  assert.equal(lifeOf(ended, from + 999_999).toMs - from, 7500);
  assert.equal(lifeOf({ ...ended, ended_at: '2030-01-01T09:00:00.000Z' }, 0).toMs, at(machine.expires_at));
});

test('while it runs its whole lifetime is held, afterwards what it took', () => {
  assert.equal(reservedOf(machine).toMs, at(machine.expires_at));
  const ended = { ...machine, ended_at: '2030-01-01T00:00:07.500Z' };
  assert.deepEqual(reservedOf(ended), lifeOf(ended, 0));
});

test('a machine that ended before it ever ran took nothing', () => {
  const failed = { ...machine, ended_at: '2030-01-01T00:00:07.500Z', isolation: null };
  assert.equal(overlapMs(lifeOf(failed, 0), span('2000-01-01', '2100-01-01')), 0);
  const starting = { ...machine, isolation: null };
  assert.equal(overlapMs(reservedOf(starting), span('2000-01-01', '2100-01-01')), 300_000, 'but is held');
});
