import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeKeyText } from './key-text.ts';
import { testingKey } from './testing-key.ts';

const VECTOR = 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa';
const mine = testingKey(1, { key_prefix: 'instavm_sk_0123456789AB', label: 'CI' });

test('a whole key is recognised, and named when it is one of ours', () => {
  assert.deepEqual(judgeKeyText(` ${VECTOR}\n`, [mine]), {
    kind: 'right',
    masked: 'instavm_sk_0123456789AB…',
    known: mine,
  });
  const foreign = judgeKeyText(VECTOR, []);
  assert.ok(foreign.kind === 'right' && foreign.known === null);
});

test('what is wrong with a text is told with what to do, and nothing of it is shown', () => {
  for (const [text, problem] of [
    [VECTOR.slice(0, 40), /truncated: 40 of 61 characters/],
    [`${VECTOR}00`, /too long/],
    [`${VECTOR.slice(0, 20)} ${VECTOR.slice(20)}`, /extra space/],
    [`${VECTOR.slice(0, 30)}x${VECTOR.slice(31)}`, /one character is wrong/],
    ['hunter2', /does not begin/],
  ] as const) {
    const verdict = judgeKeyText(text, [mine]);
    assert.ok(verdict.kind === 'wrong', text);
    assert.match(verdict.problem, problem);
    assert.ok(!verdict.advice.includes(text));
    assert.notEqual(verdict.advice, 'Copy it again from where it is kept.');
  }
  assert.deepEqual(judgeKeyText('  ', []), { kind: 'empty' });
});
