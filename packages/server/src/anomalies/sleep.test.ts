import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, FAR, usedKey, WatchedKey } from '../testing/key-use.ts';
import { sentenceOf } from './sentence.ts';

const after = (key: WatchedKey, days: number) => ({ atMs: key.atMs + days * DAY_MS });

test('a key that wakes after long is told, with its longest sleep before', () => {
  const key = usedKey();
  const [found] = key.findings(after(key, 61));
  assert.equal(
    sentenceOf(found!.kind, found!.figures),
    'Used again after 61 days; the longest sleep before was 1 day.',
  );
});

test('a holiday is no long sleep, and neither is the usual gap of a key', () => {
  const key = usedKey();
  assert.deepEqual(key.use(after(key, 30)), []);
  const quarterly = new WatchedKey();
  quarterly.use();
  for (let run = 0; run < 8; run++) assert.deepEqual(quarterly.use(after(quarterly, 91)), []);
});

test('a key that was hardly ever used is told when it wakes elsewhere or by another program', () => {
  const tried = () => {
    const key = new WatchedKey();
    key.use();
    return key;
  };
  assert.deepEqual(tried().use({ ...after(tried(), 60) }), []);
  assert.deepEqual(tried().use({ ...after(tried(), 60), place: FAR }), ['awake']);
  assert.deepEqual(tried().use({ ...after(tried(), 60), program: 'curl' }), ['awake']);
});
