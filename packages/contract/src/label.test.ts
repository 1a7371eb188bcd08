import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdsControlCharacter, labelProblem } from './label.ts';

const family = '\u{1F469}\u200D\u{1F469}\u200D\u{1F467}';

test('labels of any language and joined emoji are fine up to 120 visible characters', () => {
  for (const label of [
    'CI',
    'Schlüssel für Köln',
    '鍵',
    'مفتاح',
    family.repeat(100),
    'é'.repeat(120),
    '=1+1',
    '<b>',
  ]) {
    assert.equal(labelProblem(label), null, label);
  }
});

test('a longer label is refused, also one built of a single endless character', () => {
  assert.match(labelProblem('x'.repeat(121))!, /longer than 120/);
  assert.match(labelProblem(`e${'\u0301'.repeat(100_000)}`)!, /longer than 120/);
});

test('control characters, line breaks, direction overrides and broken surrogates are refused', () => {
  for (const bad of [
    'a\nb',
    'a\tb',
    'a\0b',
    'a\u007Fb',
    'a\u0085b',
    'a\u2028b',
    'a\u202Eb',
    'a\u2066b',
    'a\uD800b',
  ]) {
    assert.match(labelProblem(bad)!, /control character/, JSON.stringify(bad));
  }
});

test('a label that shows nothing is refused', () => {
  assert.match(labelProblem('')!, /empty/);
  assert.match(labelProblem('\u200B\u200D')!, /no visible character/);
});

test('a text of several lines may hold line breaks and tabs, and no other control', () => {
  assert.equal(holdsControlCharacter('one\r\n\ttwo'), false);
  for (const bad of ['\0', '\u001B[31m', '\u007F', '\u202E']) assert.equal(holdsControlCharacter(bad), true);
});
