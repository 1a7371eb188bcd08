import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDatabase } from '../testing/audit-trail.ts';
import { type Refusal, Refusals } from './refusals.ts';
import { Slices } from './slices.ts';
import { verifyServerChain } from './verify.ts';

const NOW = Date.parse('2027-06-01T10:00:30.000Z');

function refusal(changes: Partial<Refusal> = {}): Refusal {
  return {
    code: 'invalid_api_key',
    operation: 'vms.list',
    subject: null,
    address: '192.0.2.7',
    requestId: 'req_1',
    atMs: NOW,
    ...changes,
  };
}

const ofKey = (accountId: number, keyId: number, isProven = true) => ({
  accountId,
  environment: null,
  keyId,
  personId: 5,
  isProven,
});

async function writtenBy(t: Parameters<typeof emptyDatabase>[0], notes: Iterable<Refusal>) {
  const db = await emptyDatabase(t);
  const refusals = new Refusals();
  for (const note of notes) refusals.note(note);
  const { size } = refusals;
  await refusals.flush(db, NOW);
  const rows = await db.selectFrom('audit_event').selectAll().orderBy('seq').execute();
  const verification = await verifyServerChain({ db, slices: new Slices() });
  assert.ok(verification.ok);
  return { size, rows: rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) })) };
}

test('equal refusals become one row with their count, first and last time, and the first as a sample', async (t) => {
  const { rows } = await writtenBy(t, [
    refusal(),
    refusal({ address: '192.0.2.200', requestId: 'req_2', atMs: NOW + 1000 }),
    refusal({ address: '192.0.3.1' }),
  ]);
  assert.equal(rows.length, 2);
  const [row] = rows;
  assert.deepEqual(
    [row!.event_type, row!.status, row!.account_id, row!.actor_type, row!.address, row!.request_id],
    ['auth.refused', 'denied', 0, 'unknown', '192.0.2.0/24', 'req_1'],
  );
  assert.deepEqual(row!.payload, {
    code: 'invalid_api_key',
    count: 2,
    operation: 'vms.list',
    network: '192.0.2.0/24',
    first_at: '2027-06-01T10:00:30.000Z',
    last_at: '2027-06-01T10:00:31.000Z',
    sample: {
      at: '2027-06-01T10:00:30.000Z',
      address: '192.0.2.7',
      request_id: 'req_1',
      operation: 'vms.list',
    },
  });
  assert.equal(rows[1]!.payload.sample, null, 'of each kind one sample a minute');
});

test('a sample is taken of each kind in each minute', async (t) => {
  const { rows } = await writtenBy(t, [
    refusal(),
    refusal({ code: 'permission_denied', subject: ofKey(1, 7) }),
    refusal({ code: 'permission_denied', subject: ofKey(2, 8) }),
    refusal({ code: 'permission_denied', subject: ofKey(2, 9) }),
    refusal({ operation: 'vms.get', atMs: NOW + 60_000 }),
  ]);
  assert.deepEqual(
    rows.map(({ payload }) => payload.sample !== null),
    [true, true, true, false, true],
  );
});

test('refusals of a known key belong to its account; only the right secret is taken for the key itself', async (t) => {
  const { rows } = await writtenBy(t, [
    refusal({ code: 'key_revoked', subject: ofKey(3, 7) }),
    refusal({ subject: ofKey(3, 7, false) }),
    refusal({ code: 'permission_denied', subject: { ...ofKey(3, 0), keyId: null } }),
  ]);
  assert.deepEqual(
    rows.map((row) => [
      row.account_id,
      row.actor_type,
      row.actor_id,
      row.user_id,
      row.resource_type,
      row.resource_id,
    ]),
    [
      [3, 'api_key', '7', 5, 'api_key', '7'],
      [3, 'unknown', '', null, 'api_key', '7'],
      [3, 'person', '5', 5, 'request', ''],
    ],
  );
});

test('IPv6 is counted by /64, IPv4 by /24', async (t) => {
  const { rows } = await writtenBy(t, [
    refusal({ address: '2001:db8:1:2:3::4' }),
    refusal({ address: '2001:db8:1:2:ffff:1:2:3' }),
    refusal({ address: '2001:db8:1:3::' }),
    refusal({ address: '' }),
  ]);
  assert.deepEqual(
    rows.map((row) => [row.address, row.payload.count]),
    [
      ['2001:db8:1:2::/64', 2],
      ['2001:db8:1:3::/64', 1],
      [null, 1],
    ],
  );
});

test('abuse case 38: a million refusals from as many networks and keys take bounded memory and few rows, and each is counted', async (t) => {
  const count = 1_000_000;
  function* flood() {
    for (let i = 0; i < count; i++) {
      const address = `${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}.1`;
      yield refusal({ address, ...(i % 2 ? { subject: ofKey(1 + (i % 1999), i, false) } : {}) });
    }
  }
  const { size, rows } = await writtenBy(t, flood());
  assert.ok(size <= 700, `${size} buckets`);
  assert.equal(rows.length, size);
  assert.equal(
    rows.reduce((sum, { payload }) => sum + payload.count, 0),
    count,
  );
  const ofServer = rows.filter((row) => row.account_id === 0 && row.payload.code === 'other');
  assert.equal(ofServer.length, 1);
});

test('one account that is flooded leaves room for the others', async (t) => {
  function* flood() {
    for (let i = 0; i < 10_000; i++) yield refusal({ operation: `op.${i}`, subject: ofKey(1, 7) });
    for (let i = 0; i < 10_000; i++) yield refusal({ address: `10.${i >> 8}.${i & 255}.1` });
    yield refusal({ code: 'key_revoked', subject: ofKey(2, 8) });
  }
  const { rows } = await writtenBy(t, flood());
  const [mine] = rows.filter((row) => row.account_id === 2);
  assert.deepEqual([mine?.payload.code, mine?.payload.count], ['key_revoked', 1]);
  const other = rows.filter((row) => row.account_id === 1 && row.payload.code === 'other');
  assert.deepEqual(
    other.map(({ payload }) => payload.count),
    [10_000 - 32],
  );
});

test('what could not be written is written the next time, with what came meanwhile', async (t) => {
  const db = await emptyDatabase(t);
  const refusals = new Refusals();
  refusals.note(refusal());
  await db.schema.alterTable('change').renameTo('away').execute();
  await assert.rejects(refusals.flush(db, NOW), /change/);
  refusals.note(refusal());
  await db.schema.alterTable('away').renameTo('change').execute();
  await refusals.flush(db, NOW);
  await refusals.flush(db, NOW);
  const rows = await db.selectFrom('audit_event').select('payload').execute();
  assert.deepEqual(
    rows.map(({ payload }) => JSON.parse(payload).count),
    [2],
  );
});
