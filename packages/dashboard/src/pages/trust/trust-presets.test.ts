import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeholderIn, TRUST_PRESETS, trustDraft } from './trust-presets.ts';

test('no example of a subject is saved as it stands', () => {
  for (const source of ['github', 'gitlab', 'kubernetes'] as const) {
    assert.notEqual(placeholderIn(trustDraft(source, 'https://vm').subject), null, source);
    assert.match(TRUST_PRESETS[source].issuer, /^https:/);
  }
  assert.equal(placeholderIn('repo:acme/site:ref:refs/heads/main'), null);
});
