import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { scopeSets } from '../auth/effective-permissions.ts';
import { Owners } from '../auth/owners.ts';
import { addToCount, countOf } from '../limits/gcra.ts';
import { keyLimits } from '../limits/key-limits.ts';
import { activeOwner, indexedKey } from '../testing/indexed-key.ts';
import { type IndexedKey, KeyIndex } from './key-index.ts';

const scopeSet = scopeSets()('["full"]');
const owner = activeOwner();

function entry(id: number, given: Partial<IndexedKey> = {}): IndexedKey {
  return indexedKey({ id, scopeSet, owner, ...given });
}

/** A public id is 12 characters. */
const idOf = (name: string | number) => String(name).padStart(12, '0');
const [a, b] = [idOf('a'), idOf('b')];

test('every key keeps its own digest while the index grows past its first blocks', () => {
  const index = new KeyIndex();
  const digests = Array.from({ length: 10_000 }, () => randomBytes(32));
  for (const [id, digest] of digests.entries()) index.put(idOf(id), entry(id), digest);
  assert.equal(index.size, digests.length);
  for (const [id, digest] of digests.entries()) {
    const key = index.get(idOf(id));
    assert.equal(key?.id, id);
    assert.equal(index.digestMatches(key, digest), true);
    assert.equal(index.digestMatches(key, digests[(id + 1) % digests.length]!), false);
  }
  assert.equal(index.get(idOf(digests.length)), undefined);
});

test('putting a key again replaces what is known of it and takes no new place', () => {
  const index = new KeyIndex();
  const digest = randomBytes(32);
  index.put(a, entry(1), randomBytes(32));
  index.put(b, entry(2), randomBytes(32));
  index.put(a, entry(1, { environment: 'testing' }), digest);
  assert.equal(index.size, 2);
  assert.equal(index.get(a)?.environment, 'testing');
  assert.equal(index.get(b)?.environment, null);
  assert.equal(index.digestMatches(index.get(a)!, digest), true);
});

test('a key that was looked up stays as it was then', () => {
  const index = new KeyIndex();
  index.put(a, entry(1), randomBytes(32));
  const before = index.get(a)!;
  index.put(a, entry(1, { status: 'revoked', seq: 1 }), randomBytes(32));
  assert.equal(before.status, 'live');
  assert.equal(index.get(a)!.status, 'revoked');
});

test('security: a revoked key stays revoked, whatever late row arrives', () => {
  const index = new KeyIndex();
  const digest = randomBytes(32);
  index.put(a, entry(1), digest);
  index.put(a, entry(1, { status: 'revoked' }), digest);
  for (const status of ['live', 'disabled'] as const) {
    index.put(a, entry(1, { status }), digest);
    assert.equal(index.get(a)?.status, 'revoked');
  }
});

test('security: an older row changes nothing', () => {
  const index = new KeyIndex();
  index.put(a, entry(1, { seq: 5, allowedCidrs: '["10.0.0.0/8"]' }), randomBytes(32));
  index.put(a, entry(1, { seq: 4 }), randomBytes(32));
  assert.equal(index.get(a)?.allowedCidrs, '["10.0.0.0/8"]');
});

test('security: a digest made with an older pepper never replaces a newer one', () => {
  const index = new KeyIndex();
  const [older, newer] = [randomBytes(32), randomBytes(32)];
  index.put(a, entry(1), older);
  index.rewrap(a, 2, newer);
  index.put(a, entry(1, { seq: 9 }), older);
  const key = index.get(a)!;
  assert.deepEqual([key.pepperVersion, key.seq], [2, 9]);
  assert.equal(index.digestMatches(key, newer), true);
  assert.equal(index.digestMatches(key, older), false);
});

test('abuse case 3: an unknown id is compared with some other key, and is never taken for it', () => {
  const index = new KeyIndex();
  assert.equal(index.candidate(a), undefined, 'without any key there is nothing to compare with');
  const digest = randomBytes(32);
  index.put(a, entry(1), digest);
  const other = index.candidate(b)!;
  assert.deepEqual([other.id, other.isMeant], [1, false]);
  assert.equal(index.digestMatches(other, digest), true, 'it is a real comparison');
  assert.equal(index.get(b), undefined);
  const right = index.candidate(a)!;
  assert.deepEqual([right.id, right.isMeant], [1, true]);
});

test('each of so many keys is found that some must share their hash, and no unknown id is', () => {
  const index = new KeyIndex();
  const digest = randomBytes(32);
  const id = (at: number) => idOf((at * 2654435761).toString(36));
  for (let at = 0; at < 200_000; at++) index.put(id(at), entry(at + 1), digest);
  let found = 0;
  for (let at = 0; at < 200_000; at++) if (index.get(id(at))?.id === at + 1) found += 1;
  for (let at = 200_000; at < 300_000; at++) if (index.get(id(at))) found += 1;
  assert.equal(found, 200_000);
});

test('security: what only looks like a public id finds nothing', () => {
  const index = new KeyIndex();
  index.put('A23456789012', entry(1), randomBytes(32));
  // Its first character and U+0141 differ in their upper bytes alone.
  for (const text of ['\u014123456789012', 'A2345678901', 'A234567890123', '']) {
    assert.equal(index.get(text), undefined, text);
  }
  assert.equal(index.get('A23456789012')?.id, 1);
  index.put('short', entry(2), randomBytes(32));
  assert.equal(index.size, 1);
});

test('security: a digest of the wrong length matches nothing, least of all that of the key before it', () => {
  const index = new KeyIndex();
  const digest = randomBytes(32);
  index.put(a, entry(1), digest);
  index.put(b, entry(2), Buffer.alloc(0));
  assert.equal(index.digestMatches(index.get(b)!, digest), false);
  assert.equal(index.digestMatches(index.get(a)!, digest), true);
});

test('the last use only moves forward, whatever older row arrives', () => {
  const index = new KeyIndex();
  index.put(a, entry(1), randomBytes(32));
  index.noteUse(a, 500);
  index.noteUse(a, 400);
  index.noteUse(b, 400);
  index.put(a, entry(1, { lastUsedAtMs: 300 }), randomBytes(32));
  assert.equal(index.get(a)?.lastUsedAtMs, 500);
  index.put(a, entry(1, { lastUsedAtMs: 600 }), randomBytes(32));
  assert.equal(index.get(a)?.lastUsedAtMs, 600);
});

test('what is put is what is got, in any order of puts, for keys that share some of it', () => {
  const owners = new Owners();
  const sets = scopeSets();
  const limitsOf = keyLimits();
  const times = fc.constantFrom(0, 1, 1_700_000_000_123, 253_402_300_799_999);
  // Drawn by name: what goes wrong is told in a line.
  const ownerOf = {
    member: owners.member(1, 1),
    'member of another': owners.member(2, 1),
    'service account': owners.serviceAccount(1, 1),
  };
  const fields = fc.record({
    owner: fc.constantFrom(...(Object.keys(ownerOf) as (keyof typeof ownerOf)[])),
    personId: fc.constantFrom(1, 2),
    environment: fc.constantFrom(null, 'testing', 'production'),
    scopes: fc.constantFrom('["full"]', '["read-only"]'),
    allowedCidrs: fc.constantFrom('[]', '["10.0.0.0/8"]'),
    rateLimit: fc.constantFrom(null, '100/60s,burst=20', 'off'),
    concurrent: fc.constantFrom(null, 5),
    pepperVersion: fc.constant(3),
    createdAtMs: times,
    notBeforeMs: times,
    expiresAtMs: times,
    rotationEndsAtMs: times,
    idleExpiryDays: fc.constantFrom(0, 1, 3650),
    status: fc.constantFrom('live' as const, 'disabled' as const),
    awaitsFirstUse: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(4), fields), { maxLength: 40 }), (puts) => {
      const index = new KeyIndex();
      const expected = new Map<number, IndexedKey>();
      for (const [seq, [id, { owner, scopes, rateLimit, concurrent, ...given }]] of puts.entries()) {
        const key = entry(id, {
          ...{ ...given, seq, owner: ownerOf[owner], scopeSet: sets(scopes) },
          limits: limitsOf(rateLimit, concurrent),
        });
        index.put(idOf(id), key, Buffer.alloc(32, id));
        expected.set(id, key);
      }
      for (const [id, key] of expected) {
        const { slot: _, isMeant: ___, cells: _c, cellAt: _a, ...got } = index.candidate(idOf(id))!;
        const { slot: __, cells: _d, cellAt: _b, ...wanted } = key;
        const differing = Object.keys({ ...got, ...wanted }).filter(
          (name) => !isDeepStrictEqual(got[name as keyof typeof got], wanted[name as keyof typeof wanted]),
        );
        assert.deepEqual(differing, [], `fields of key ${id}`);
        assert.ok(got.owner === wanted.owner, `the owner of key ${id}`);
      }
    }),
  );
});

test('a successor and all that it follows share one cell of limits, whatever is put again and when', () => {
  const index = new KeyIndex();
  const put = (id: number, rotatedFrom: number | null, seq = 0) =>
    index.put(idOf(id), { ...entry(id, { seq }), rotatedFrom }, randomBytes(32));
  put(1, null);
  put(2, null);
  for (let id = 10_000; id < 20_000; id++) put(id, null);
  put(20_000, 1);
  put(20_001, 20_000);
  put(20_000, 1, 1);
  put(1, null, 2);
  const cellOf = (id: number) => {
    const { cells, cellAt } = index.get(idOf(id))!;
    return { cells, cellAt };
  };
  assert.deepEqual(cellOf(20_000), cellOf(1));
  assert.equal(cellOf(20_001).cells, cellOf(1).cells);
  assert.equal(cellOf(20_001).cellAt, cellOf(1).cellAt);
  const hold = (id: number) => addToCount(cellOf(id).cells, cellOf(id).cellAt, 1);
  const held = (id: number) => countOf(cellOf(id).cells, cellOf(id).cellAt);
  for (let id = 10_000; id < 20_000; id++) hold(id);
  hold(20_001);
  assert.deepEqual([held(1), held(20_000), held(20_001)], [1, 1, 1]);
  assert.deepEqual([held(2), held(10_000), held(19_999)], [0, 1, 1], 'control: no two others share one');
  put(1, null, 3);
  assert.equal(held(20_001), 1, 'a change of a key spends nothing');
});
