import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnomalyKind } from '@instavm/contract';
import { looksLikeAttack } from './quarantine.ts';

for (const [kinds, isAttack] of [
  [['two_places'], true],
  [['wrong_environment'], true],
  [['new_place', 'new_client'], true],
  [['awake', 'rate'], true],
  [['new_place'], false],
  [['new_client'], false],
  [['awake'], false],
  [['rate'], false],
  [['rate', 'refusals'], false],
] as [AnomalyKind[], boolean][]) {
  test(`${kinds.join(' and ')} within an hour ${isAttack ? 'look' : 'do not look'} like an attack`, () => {
    assert.equal(looksLikeAttack(new Set(kinds)), isAttack);
  });
}
