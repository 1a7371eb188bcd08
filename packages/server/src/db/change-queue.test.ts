import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { Slices } from '../audit/slices.ts';
import { verifyServerChain } from '../audit/verify.ts';
import { AT, emptyDatabase } from '../testing/audit-trail.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { type Actor, recordChange } from './feed.ts';
import { migrate } from './migrate.ts';
import { ActorDiedError, mutate } from './mutation.ts';
import { openDatabase } from './sqlite.ts';

const ACTOR: Actor = { type: 'system', id: 'test', address: null, requestId: null };

type Db = ReturnType<typeof openDatabase>;

/** One change: an account with this name, its row of the feed and its audit row. */
function addAccount(db: Db, name: string, then = async () => {}): Promise<string> {
  return mutate(db, ACTOR, AT, async (trx) => {
    const { id } = await trx
      .insertInto('account')
      .values({ name, created_at: AT } as never)
      .returning('id')
      .executeTakeFirstOrThrow();
    await recordChange(trx, AT, ACTOR, {
      accountId: id,
      event: 'account.updated',
      resourceType: 'account',
      resourceId: String(id),
    });
    await then();
    return name;
  });
}

async function namesIn(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('account').select('name').orderBy('id').execute();
  return rows.map(({ name }) => name);
}

async function chainOf(db: Db): Promise<[boolean, number]> {
  const { ok, rows } = await verifyServerChain({ db, slices: new Slices() });
  return [ok, rows];
}

async function databaseOnDisk(t: TestContext): Promise<{ file: string; db: Db }> {
  const file = join(temporaryFolder(t), 'instavm.db');
  const db = openDatabase(file);
  t.after(() => db.destroy());
  await migrate(db);
  return { file, db };
}

/** Frames of SQLite's log that end a transaction: their header holds the size of the database, others 0. */
function commitsIn(file: string): number {
  const log = readFileSync(`${file}-wal`);
  const pageSize = log.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at < log.length; at += 24 + pageSize) if (log.readUInt32BE(at + 4) !== 0) commits++;
  return commits;
}

test('changes that wait at the same moment share a commit, and keep their order', async (t) => {
  const { file, db } = await databaseOnDisk(t);
  const names = Array.from({ length: 50 }, (_, i) => `account ${i}`);
  const before = commitsIn(file);
  assert.deepEqual(await Promise.all(names.map((name) => addAccount(db, name))), names);
  assert.equal(commitsIn(file) - before, 1);
  assert.deepEqual(await namesIn(db), names);
  assert.deepEqual(await chainOf(db), [true, names.length]);
});

test('one failing change among many takes back itself alone', async (t) => {
  const db = await emptyDatabase(t);
  const names = Array.from({ length: 20 }, (_, i) => `account ${i}`);
  const failing = new Set(['account 0', 'account 7', 'account 19']);
  const outcomes = await Promise.allSettled(
    names.map((name) =>
      addAccount(db, name, async () => {
        if (failing.has(name)) throw new Error(`${name} after all`);
      }),
    ),
  );
  for (const [i, outcome] of outcomes.entries()) {
    const name = names[i]!;
    if (failing.has(name)) {
      assert.equal(outcome.status, 'rejected', name);
      assert.match(String((outcome as PromiseRejectedResult).reason), new RegExp(`${name} after all`));
    } else assert.deepEqual(outcome, { status: 'fulfilled', value: name });
  }
  const kept = names.filter((name) => !failing.has(name));
  assert.deepEqual(await namesIn(db), kept);
  assert.deepEqual(await chainOf(db), [true, kept.length]);
  const { seq } = await db.selectFrom('feed_head').select('seq').executeTakeFirstOrThrow();
  assert.equal(seq, kept.length);
});

test('a statement that the database refuses takes back its own change alone', async (t) => {
  const db = await emptyDatabase(t);
  const outcomes = await Promise.allSettled([
    addAccount(db, 'first'),
    mutate(db, ACTOR, AT, async (trx) => {
      await trx
        .insertInto('account')
        .values({ name: 'lost', created_at: AT } as never)
        .execute();
      await sql`insert into account (name, created_at) values (null, null)`.execute(trx);
    }),
    addAccount(db, 'last'),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await namesIn(db), ['first', 'last']);
});

test('security: nothing is acknowledged when the commit fails', async (t) => {
  const db = await emptyDatabase(t);
  const outcomes = await Promise.allSettled([
    addAccount(db, 'first'),
    mutate(db, ACTOR, AT, async (trx) => {
      // A reference into nowhere, which the database looks at when it commits.
      await sql`pragma defer_foreign_keys = on`.execute(trx);
      await sql`insert into member (account_id, person_id, role, created_at) values (999, 999, 'owner', ${AT})`.execute(
        trx,
      );
    }),
    addAccount(db, 'last'),
  ]);
  for (const outcome of outcomes) {
    assert.equal(outcome.status, 'rejected');
    assert.match(String((outcome as PromiseRejectedResult).reason), /FOREIGN KEY/);
  }
  assert.deepEqual(await namesIn(db), []);
  assert.deepEqual(await chainOf(db), [true, 0]);
  assert.equal(await addAccount(db, 'later'), 'later');
});

test('security: each change looks at its key after those before it, in the same commit too', async (t) => {
  const db = await emptyDatabase(t);
  await addAccount(db, 'account');
  await sql`insert into person (id, name, email, created_at, updated_at) values (1, 'Ada', 'ada@example.org', ${AT}, ${AT})`.execute(
    db,
  );
  await sql`insert into member (account_id, person_id, role, created_at) values (1, 1, 'owner', ${AT})`.execute(
    db,
  );
  await sql`insert into api_key (id, public_id, digest, pepper_version, account_id, person_id, scopes, created_at,
    allowed_cidrs, seq) values (1, '000000000001', x'00', 1, 1, 1, '["full"]', ${AT}, '[]', 0)`.execute(db);
  const byKey = { ...ACTOR, type: 'api_key', id: '1' } as const;
  const rename = (name: string) =>
    mutate(db, byKey, AT, (trx) => trx.updateTable('account').set({ name }).where('id', '=', 1).execute());
  const end = () =>
    mutate(db, ACTOR, AT, (trx) =>
      trx.updateTable('api_key').set({ ended_at: AT, end_reason: 'revoked' }).where('id', '=', 1).execute(),
    );
  const [before, , after] = await Promise.allSettled([rename('before'), end(), rename('after')]);
  assert.equal(before.status, 'fulfilled');
  assert.ok(after.status === 'rejected' && after.reason instanceof ActorDiedError);
  assert.deepEqual(await namesIn(db), ['before']);
});

const PROGRAM = `
  import { openDatabase } from ${JSON.stringify(import.meta.resolve('./sqlite.ts'))};
  import { mutate } from ${JSON.stringify(import.meta.resolve('./mutation.ts'))};
  const db = openDatabase(process.argv[1]);
  const actor = ${JSON.stringify(ACTOR)};
  let next = 0;
  const worker = async () => {
    for (;;) {
      const name = process.argv[2] + '-' + next++;
      await mutate(db, actor, '${AT}', (trx) =>
        trx.insertInto('account').values({ name, created_at: '${AT}' }).execute());
      process.stdout.write(name + '\\n');
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
`;

test('security: kill -9 amid changes that share commits loses none that was acknowledged', async (t) => {
  const { file, db } = await databaseOnDisk(t);
  const acknowledged: string[] = [];
  for (const round of ['a', 'b', 'c']) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM, file, round], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.split('\n').length > 200) child.kill('SIGKILL');
    });
    await once(child, 'close');
    acknowledged.push(...output.split('\n').slice(0, -1));
  }
  assert.ok(acknowledged.length >= 600);
  const stored = new Set(await namesIn(db));
  assert.deepEqual(
    acknowledged.filter((name) => !stored.has(name)),
    [],
  );
});
