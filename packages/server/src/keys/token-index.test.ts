import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askOne, paceOf } from '../limits/gcra.ts';
import { indexedKey } from '../testing/indexed-key.ts';
import { TokenIndex } from './token-index.ts';

const idOf = (n: number) => `tok${String(n).padStart(9, '0')}`;

function token(n: number, given: Parameters<typeof indexedKey>[0] = {}) {
  return indexedKey({ id: n, vmId: `vm_${n}`, seq: n, ...given });
}

const digest = (n: number) => Buffer.alloc(32, n);

test('memory holds the tokens of living machines, however many have ended', () => {
  const tokens = new TokenIndex();
  tokens.put(idOf(0), token(0), digest(7));
  for (let n = 1; n <= 20_000; n++) {
    tokens.put(idOf(n), token(n), digest(n));
    tokens.put(idOf(n), token(n, { status: 'revoked', seq: n + 1 }), digest(n));
    assert.ok(tokens.size <= 2100, `${tokens.size} after ${n}`);
  }
  const live = tokens.get(idOf(0))!;
  assert.deepEqual([live.status, live.vmId], ['live', 'vm_0']);
  assert.ok(tokens.digestMatches(live, digest(7)));
  assert.equal(tokens.get(idOf(1)), undefined, 'one that ended long ago is not known');
  assert.equal(tokens.get(idOf(20_000))!.status, 'revoked', 'one that ended just now is');
});

test('security: an ended token is not revived by an older row, also when what has ended is being forgotten', () => {
  for (const before of [0, 900, 1020, 1023, 1024, 1025, 1030]) {
    const tokens = new TokenIndex();
    const end = (n: number) => tokens.put(idOf(n), token(n, { status: 'revoked', seq: 9 }), digest(n));
    for (let n = 1; n <= before; n++) end(n);
    end(5000);
    for (let n = 6000; n < 6010; n++) end(n);
    tokens.put(idOf(5000), token(5000, { seq: 5 }), digest(5000));
    assert.equal(tokens.get(idOf(5000))!.status, 'revoked', `${before}`);
  }
});

test('a token that was moved to another pepper stays there when what has ended is forgotten', () => {
  const tokens = new TokenIndex();
  tokens.put(idOf(0), token(0), digest(1));
  tokens.rewrap(idOf(0), 2, digest(2));
  tokens.put(idOf(0), token(0, { lastUsedAtMs: 5 }), digest(1));
  for (let n = 1; n <= 3000; n++) tokens.put(idOf(n), token(n, { status: 'revoked' }), digest(n));
  const found = tokens.get(idOf(0))!;
  assert.equal(found.pepperVersion, 2);
  assert.ok(tokens.digestMatches(found, digest(2)));
  assert.ok(!tokens.digestMatches(found, digest(1)), 'control');
});

test('security: a token gets no new burst when what has ended is forgotten', () => {
  const tokens = new TokenIndex();
  const pace = paceOf({ requests: 1, windowSeconds: 3600, burst: 3 });
  const ask = (n: number) => {
    const { cells, cellAt } = tokens.get(idOf(n))!;
    return askOne(pace, cells, cellAt, 1000);
  };
  tokens.put(idOf(0), token(0), digest(1));
  tokens.put(idOf(1), token(1), digest(1));
  const before = tokens.get(idOf(0))!.cells;
  for (let i = 0; i < 3; i++) assert.equal(ask(0), 0);
  for (let n = 2; n <= 3000; n++) tokens.put(idOf(n), token(n, { status: 'revoked' }), digest(n));
  assert.notEqual(tokens.get(idOf(0))!.cells, before, 'control: it has moved');
  assert.equal(ask(0), 3_600_000);
  assert.equal(ask(1), 0, 'control');
});
