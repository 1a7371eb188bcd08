import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Slices } from '../audit/slices.ts';
import { verifyServerChain } from '../audit/verify.ts';
import { AT, writeEvents } from '../testing/audit-trail.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { recordChange } from './feed.ts';
import { migrate } from './migrate.ts';
import { mutate } from './mutation.ts';
import { openDatabase } from './sqlite.ts';

const EACH = 25;
const ACTOR = { type: 'system', id: 'test', address: null, requestId: null } as const;

/** What one process does: changes that read first and write what they read, one more. */
const PROGRAM = `
  import { openDatabase } from ${JSON.stringify(import.meta.resolve('./sqlite.ts'))};
  import { mutate } from ${JSON.stringify(import.meta.resolve('./mutation.ts'))};
  import { recordChange } from ${JSON.stringify(import.meta.resolve('./feed.ts'))};
  const db = openDatabase(process.argv[1]);
  const actor = ${JSON.stringify(ACTOR)};
  for (let i = 0; i < ${EACH}; i++) {
    await mutate(db, actor, '${AT}', async (trx) => {
      const { name } = await trx.selectFrom('account').select('name').where('id', '=', 1).executeTakeFirstOrThrow();
      await recordChange(trx, '${AT}', actor,
        { accountId: 1, event: 'account.updated', resourceType: 'account', resourceId: '1' });
      await trx.updateTable('account').set({ name: String(Number(name) + 1) }).where('id', '=', 1).execute();
    });
  }
  await db.destroy();
`;

test('changes of several processes come one after another: none fails, none is lost, the chain holds', async (t) => {
  const file = join(temporaryFolder(t), 'instavm.db');
  const db = openDatabase(file);
  t.after(() => db.destroy());
  await migrate(db);
  await db
    .insertInto('account')
    .values({ name: '0', created_at: AT } as never)
    .execute();
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', PROGRAM, file]);
  await Promise.all([run(), run(), run()]);
  const { name } = await db.selectFrom('account').select('name').executeTakeFirstOrThrow();
  assert.equal(name, String(3 * EACH));
  const { ok, rows } = await verifyServerChain({ db, slices: new Slices() });
  assert.deepEqual([ok, rows], [true, 3 * EACH]);
});

test('a change that fails leaves no number, no row and the chain as it was', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  await migrate(db);
  await writeEvents(db, [{}]);
  const failing = mutate(db, ACTOR, AT, async (trx) => {
    await recordChange(trx, AT, ACTOR, {
      accountId: 1,
      event: 'account.updated',
      resourceType: 'account',
      resourceId: '1',
    });
    throw new Error('after all');
  });
  await assert.rejects(failing, /after all/);
  await writeEvents(db, [{}]);
  const { ok, rows } = await verifyServerChain({ db, slices: new Slices() });
  assert.deepEqual([ok, rows], [true, 2]);
});

test('an event that is not in the table is refused', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  await migrate(db);
  await assert.rejects(writeEvents(db, [{ event: 'api_key.exploded' as never }]), /not in the table/);
});

test('text that the database would change is stored as it comes back, so that its hash still fits', async (t) => {
  const db = openDatabase(':memory:');
  t.after(() => db.destroy());
  await migrate(db);
  await writeEvents(db, [
    { resourceId: 'half \ud800 and \0 nothing', payload: { text: 'half \udc00 and \0' } },
  ]);
  assert.equal((await verifyServerChain({ db, slices: new Slices() })).ok, true);
});
