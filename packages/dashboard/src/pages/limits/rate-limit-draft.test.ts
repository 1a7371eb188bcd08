import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateDraftOf, readRateDraft } from './rate-limit-draft.ts';

test('what the form shows of a limit is what it saves again', () => {
  for (const text of [null, 'off', '100/60s,burst=20', '7/90s,burst=3']) {
    assert.deepEqual(readRateDraft(rateDraftOf(text)), { value: text, problem: null });
  }
});

test('numbers out of their range, and what is no whole number, are named before the server is asked', () => {
  const own = { choice: 'own', requests: '100', windowSeconds: '60', burst: '20' } as const;
  assert.match(readRateDraft({ ...own, requests: '0' }).problem!, /requests may be 1 to/);
  assert.match(readRateDraft({ ...own, burst: '-1' }).problem!, /burst may be 1 to/);
  assert.match(readRateDraft({ ...own, windowSeconds: '90000' }).problem!, /86400/);
  assert.equal(readRateDraft({ ...own, requests: '1.5' }).problem, 'Give whole numbers.');
  assert.equal(readRateDraft({ ...own, requests: '' }).problem, 'Give whole numbers.');
});
