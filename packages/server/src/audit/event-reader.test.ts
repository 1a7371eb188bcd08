import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { type AuditEventRow, EventReader } from './event-reader.ts';

const server = await startServer({ after });
const { db } = server.deps;
const ada = await server.person('Ada');

function reader(name: string, seen: string[], fail = false) {
  return new EventReader({
    db,
    name,
    async handle(_trx, events: AuditEventRow[]) {
      if (fail) throw new Error('not now');
      seen.push(...events.map(({ event_type }) => event_type));
    },
  });
}

test('a reader hears of each event once, in order, from its first look on', async () => {
  const seen: string[] = [];
  assert.equal(await reader('one', seen).catchUp(), 0, 'what was before it is not its');
  await ada.key({ label: 'first' });
  await ada.key({ label: 'second' });
  assert.equal(await reader('one', seen).catchUp(), 2);
  assert.equal(await reader('one', seen).catchUp(), 0);
  assert.deepEqual(seen, ['api_key.created', 'api_key.created']);
});

test('an event whose handling fails comes again', async () => {
  const seen: string[] = [];
  await reader('two', seen).catchUp();
  await ada.key({ label: 'third' });
  await assert.rejects(reader('two', seen, true).catchUp(), /not now/);
  assert.equal(await reader('two', seen).catchUp(), 1);
});

test('two that read under one name at the same moment hear of each event once together', async () => {
  const seen: string[] = [];
  await reader('three', seen).catchUp();
  for (let i = 0; i < 5; i++) await ada.key({ label: `parallel ${i}` });
  await Promise.all([reader('three', seen).catchUp(), reader('three', seen).catchUp()]);
  assert.equal(seen.length, 5);
});
