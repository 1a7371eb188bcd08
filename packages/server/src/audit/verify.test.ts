import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ChainFault } from '@instavm/contract/audit-events';
import { type Kysely, sql } from 'kysely';
import { hashOfRow } from '../db/audit-chain.ts';
import type { Database } from '../db/schema.ts';
import { dropTriggers, emptyDatabase, writeEvents } from '../testing/audit-trail.ts';
import { Slices } from './slices.ts';
import { verifyAccountChain, verifyServerChain } from './verify.ts';

const MINE = 1;
const OTHERS = 2;

/** Nine rows in turn of two accounts and of none: 1, 4 and 7 are mine. Their columns are all filled. */
async function trail(t: TestContext) {
  const db = await emptyDatabase(t);
  const full = {
    environment: 'testing',
    vmId: 'vm_1',
    sessionId: 'session',
    errorMessage: 'none',
    payload: { text: 'Zoë "機械" \u2028', list: [1, null, true] },
  };
  await writeEvents(
    db,
    Array.from({ length: 9 }, (_, n) => ({
      ...full,
      accountId: [MINE, OTHERS, 0][n % 3]!,
      resourceId: `${n}`,
    })),
  );
  await dropTriggers(db);
  await sql`update audit_event set user_id = 5`.execute(db);
  await rechain(db);
  const deps = { db, slices: new Slices() };
  return {
    db,
    server: (known?: string) => verifyServerChain(deps, known),
    account: (id: number, known?: string) => verifyAccountChain(deps, id, known),
  };
}

/** Links everything anew, as somebody would who rewrites history. */
async function rechain(db: Kysely<Database>) {
  const heads = new Map<number, string>();
  let prev = '0'.repeat(64);
  let last = 0;
  for (const row of await db.selectFrom('audit_event').selectAll().orderBy('seq').execute()) {
    const links = { prev_hash: prev, account_prev_hash: heads.get(row.account_id) ?? '0'.repeat(64) };
    prev = hashOfRow({ ...row, ...links });
    await db
      .updateTable('audit_event')
      .set({ ...links, hash: prev })
      .where('seq', '=', row.seq)
      .execute();
    await db
      .updateTable('audit_head')
      .set({ seq: row.seq, hash: prev })
      .where('account_id', '=', row.account_id)
      .execute();
    heads.set(row.account_id, prev);
    last = row.seq;
  }
  await db.updateTable('feed_head').set({ audit_hash: prev, seq: last }).execute();
}

test('a trail that nobody touched verifies, as a whole and for each account', async (t) => {
  const { server, account, db } = await trail(t);
  const newest = await db
    .selectFrom('audit_event')
    .select('hash')
    .where('seq', '=', 9)
    .executeTakeFirstOrThrow();
  assert.deepEqual(await server(), { ok: true, rows: 9, head: `9:${newest.hash}` });
  const mine = await account(MINE);
  assert.deepEqual([mine.ok, mine.rows, mine.head?.split(':')[0]], [true, 3, '7']);
  assert.deepEqual(await account(99), { ok: true, rows: 0, head: null });
});

test('an empty trail verifies', async (t) => {
  const deps = { db: await emptyDatabase(t), slices: new Slices() };
  assert.deepEqual(await verifyServerChain(deps), { ok: true, rows: 0, head: null });
});

/** Another value than the one of the trail for each column; the type of `audit_event` keeps the list whole. */
const CHANGED: Record<Exclude<keyof Database['audit_event'], 'seq'>, string | number | null> = {
  prev_hash: 'f'.repeat(64),
  account_prev_hash: 'f'.repeat(64),
  hash: 'f'.repeat(64),
  at: '2027-06-01T10:00:00.001Z',
  account_id: 3,
  environment: null,
  event_type: 'api_key.revoked',
  status: 'denied',
  actor_type: 'person',
  actor_id: 'nobody',
  user_id: 6,
  resource_type: 'vm',
  resource_id: '8',
  vm_id: 'vm_2',
  session_id: '',
  address: '192.0.2.2',
  request_id: 'req_2',
  error_message: null,
  payload: '{}',
};

for (const [column, value] of Object.entries(CHANGED)) {
  test(`a changed ${column} is found in the row where it is`, async (t) => {
    const { db, server, account } = await trail(t);
    await sql`update audit_event set ${sql.ref(column)} = ${value} where seq = 4`.execute(db);
    const bad = (await server()).first_bad;
    assert.deepEqual([bad?.id, bad?.fault], [4, 'changed']);
    const mine = await account(MINE);
    // A row that was given to another account is gone from mine.
    const expected = column === 'account_id' ? [7, 'not_linked'] : [4, 'changed'];
    assert.deepEqual([mine.first_bad?.id, mine.first_bad?.fault], expected);
    assert.equal((await account(OTHERS)).ok, true);
  });
}

interface Tampering {
  what: string;
  sql: string[];
  server: [number, ChainFault];
  account: [number, ChainFault] | null;
}

const COLUMNS_BUT_SEQ = Object.keys(CHANGED).join(', ');

const TAMPERINGS: Tampering[] = [
  {
    what: 'a removed row',
    sql: ['delete from audit_event where seq = 4'],
    server: [4, 'missing'],
    account: [7, 'not_linked'],
  },
  {
    what: 'the removed first row',
    sql: ['delete from audit_event where seq = 1'],
    server: [1, 'missing'],
    account: [4, 'not_linked'],
  },
  {
    what: 'the removed last row',
    sql: ['delete from audit_event where seq = 9'],
    server: [9, 'missing'],
    account: null,
  },
  {
    what: 'my removed last row',
    sql: ['delete from audit_event where seq >= 7'],
    server: [7, 'missing'],
    account: [7, 'missing'],
  },
  {
    what: 'all rows removed',
    sql: ['delete from audit_event'],
    server: [1, 'missing'],
    account: [7, 'missing'],
  },
  {
    what: 'the last row removed, and the numbers put back to before it',
    sql: ['delete from audit_event where seq = 9', 'update feed_head set seq = 8'],
    server: [8, 'head_changed'],
    account: null,
  },
  {
    what: 'a row put in at the end',
    sql: [
      `insert into audit_event (seq, ${COLUMNS_BUT_SEQ}) select 10, ${COLUMNS_BUT_SEQ} from audit_event where seq = 7`,
    ],
    server: [10, 'inserted'],
    account: [10, 'inserted'],
  },
  {
    what: 'a row put in before the first',
    sql: [
      `insert into audit_event (seq, ${COLUMNS_BUT_SEQ}) select -3, ${COLUMNS_BUT_SEQ} from audit_event where seq = 1`,
    ],
    server: [-3, 'inserted'],
    account: [-3, 'inserted'],
  },
  {
    what: 'a row put in between, with all later numbers moved',
    sql: [
      'update audit_event set seq = -seq - 1 where seq >= 5',
      'update audit_event set seq = -seq where seq < 0',
      'update feed_head set seq = seq + 1',
      `insert into audit_event (seq, ${COLUMNS_BUT_SEQ}) select 5, ${COLUMNS_BUT_SEQ} from audit_event where seq = 4`,
    ],
    server: [5, 'changed'],
    account: [5, 'changed'],
  },
  {
    what: 'two rows whose numbers were swapped',
    sql: [
      'update audit_event set seq = -4 where seq = 4',
      'update audit_event set seq = 4 where seq = 7',
      'update audit_event set seq = 7 where seq = -4',
    ],
    server: [4, 'changed'],
    account: [4, 'changed'],
  },
  {
    what: 'another head of the server',
    sql: ["update feed_head set audit_hash = 'f'"],
    server: [9, 'head_changed'],
    account: null,
  },
];

for (const { what, sql: statements, server, account } of TAMPERINGS) {
  test(`${what}: found, and the first bad row is named`, async (t) => {
    const at = await trail(t);
    assert.ok((await at.server()).ok && (await at.account(MINE)).ok);
    for (const statement of statements) await sql.raw(statement).execute(at.db);
    const whole = await at.server();
    assert.deepEqual([whole.ok, whole.first_bad?.id, whole.first_bad?.fault], [false, ...server]);
    const mine = await at.account(MINE);
    assert.deepEqual([mine.first_bad?.id, mine.first_bad?.fault], account ?? [undefined, undefined]);
  });
}

test('a changed row with its own hash made to fit is found at the next row', async (t) => {
  const { db, server, account } = await trail(t);
  const row = await db.selectFrom('audit_event').selectAll().where('seq', '=', 4).executeTakeFirstOrThrow();
  const forged = { ...row, resource_id: 'forged' };
  await db
    .updateTable('audit_event')
    .set({ ...forged, hash: hashOfRow(forged) })
    .where('seq', '=', 4)
    .execute();
  assert.deepEqual((await server()).first_bad, {
    id: 5,
    fault: 'not_linked',
    detail: (await server()).first_bad?.detail,
  });
  assert.equal((await account(MINE)).first_bad?.id, 7);
});

test('history rewritten as a whole verifies by itself and is found by a head that was noted', async (t) => {
  const { db, server, account } = await trail(t);
  const [noted, notedMine] = [(await server()).head!, (await account(MINE)).head!];
  await writeEvents(db, [{ accountId: MINE }]);
  assert.equal((await server(noted)).ok, true);
  assert.equal((await account(MINE, notedMine)).ok, true);
  await sql`update audit_event set resource_id = 'forged' where seq = 4`.execute(db);
  await rechain(db);
  assert.equal((await server()).ok, true);
  assert.deepEqual(
    [(await server(noted)).first_bad?.id, (await server(noted)).first_bad?.fault],
    [9, 'known_head_missing'],
  );
  assert.equal((await account(MINE, notedMine)).first_bad?.fault, 'known_head_missing');
});

test('the table itself refuses every change but a row at its end', async (t) => {
  const db = await emptyDatabase(t);
  await writeEvents(db, [{}, {}]);
  const copy = (seq: number) =>
    `into audit_event (seq, ${COLUMNS_BUT_SEQ}) select ${seq}, ${COLUMNS_BUT_SEQ} from audit_event where seq = 2`;
  for (const statement of [
    "update audit_event set payload = '{}'",
    'delete from audit_event where seq = 2',
    `insert ${copy(0)}`,
    `replace ${copy(2)}`,
    `insert or replace ${copy(1)}`,
  ]) {
    await assert.rejects(sql.raw(statement).execute(db), /append-only/, statement);
  }
  await sql.raw(`insert ${copy(3)}`).execute(db);
});
