import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyPrincipal } from '../auth/principal.ts';
import { type KeySightings, Sightings } from './sightings.ts';

const principal = (keyId: number, vmId: string | null = null) =>
  ({
    kind: 'api_key',
    keyId,
    vmId,
    environment: null,
    key: { owner: { account: { id: 1 } } },
  }) as KeyPrincipal;

const seen = (keyId: number, address: string, status = 200, client = 'curl') => ({
  ...{ principal: principal(keyId), address, client, status },
  receivedAtMs: 1000,
});

const shortly = (taken: Map<number, KeySightings>) =>
  [...taken].map(([keyId, { runs }]) => [
    keyId,
    runs.map(({ address, requests, denied, limited }) => [address, requests, denied, limited]),
  ]);

test('requests in a row from one address are one run, with what was refused', () => {
  const sightings = new Sightings();
  for (const status of [200, 404, 403, 429]) sightings.note(seen(1, 'a', status));
  sightings.note(seen(2, 'a'));
  sightings.note(seen(1, 'a'));
  sightings.note(seen(1, 'b'));
  sightings.note(seen(1, 'a'));
  assert.deepEqual(shortly(sightings.take()), [
    [
      1,
      [
        ['a', 5, 1, 1],
        ['b', 1, 0, 0],
        ['a', 1, 0, 0],
      ],
    ],
    [2, [['a', 1, 0, 0]]],
  ]);
  assert.deepEqual(shortly(sightings.take()), []);
});

test('security: an address or a program for each request takes bounded memory, and every request is counted', () => {
  const sightings = new Sightings();
  for (let n = 0; n < 10_000; n++) sightings.note(seen(1, `10.0.${n >> 8}.${n & 255}`, 200, `program-${n}`));
  const { runs } = sightings.take().get(1)!;
  assert.equal(runs.length, 16);
  assert.equal(
    runs.reduce((sum, { requests }) => sum + requests, 0),
    10_000,
  );
});

test('people, strangers and tokens of machines are not watched', () => {
  const sightings = new Sightings();
  const person = { kind: 'person' } as unknown as KeyPrincipal;
  for (const one of [null, person, principal(1, 'vm_1')]) sightings.note({ ...seen(1, 'a'), principal: one });
  assert.equal(sightings.take().size, 0);
});

test('what could not be looked at comes first the next time', () => {
  const sightings = new Sightings();
  sightings.note(seen(1, 'a'));
  const taken = sightings.take();
  sightings.note(seen(1, 'b'));
  sightings.note(seen(2, 'c'));
  sightings.putBack(taken);
  assert.deepEqual(shortly(sightings.take()), [
    [
      1,
      [
        ['a', 1, 0, 0],
        ['b', 1, 0, 0],
      ],
    ],
    [2, [['c', 1, 0, 0]]],
  ]);
});
