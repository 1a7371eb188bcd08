import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { newProfile } from './profile.ts';
import { Profiles } from './profiles.ts';

const server = await startServer({ after });
const { db } = server.deps;
const ada = await server.person('Ada');
const ids = [(await ada.key()).id, (await ada.key()).id, (await ada.key()).id];
const AT = '2030-01-01T00:00:00.000Z';
const stored = async () => (await db.selectFrom('key_profile').select('api_key_id').execute()).length;

test('memory keeps those that were used last; what it lets go is in the database', async () => {
  const profiles = new Profiles(db, 2);
  await profiles.load(ids, [ada.accountId]);
  for (const id of ids) profiles.set(id, { ...newProfile(), days: id + 10 });
  assert.equal(profiles.size, 3, 'what is not written stays');
  await profiles.flush(AT);
  assert.equal(profiles.size, 2);
  await profiles.load(ids, []);
  for (const id of ids) assert.equal(profiles.get(id).days, id + 10);
});

test('a key that is never used costs nothing, and what was usual for an ended one is forgotten in time', async () => {
  const before = await stored();
  const { id, text } = await ada.key();
  assert.equal(await stored(), before);
  const profiles = new Profiles(db);
  await profiles.load([id], [ada.accountId]);
  profiles.set(id, { ...newProfile(), days: 3 });
  await profiles.flush(AT);
  assert.equal(await stored(), before + 1);
  await server.ask('DELETE', `/v1/api-keys/${id}`, { key: text });
  await profiles.deleteEnded('2020-01-01T00:00:00.000Z');
  assert.equal(await stored(), before + 1);
  await profiles.deleteEnded('2999-01-01T00:00:00.000Z');
  assert.equal(await stored(), before);
});
