import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { startServer } from '../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const key = (await ada.key()).text;

test('security: an unexpected mistake is one sentence to the caller and everything to the log, and the server goes on', async () => {
  const ask = () => server.ask('GET', '/v1/ssh-keys', { key, headers: { 'user-agent': key } });
  assert.equal((await ask()).status, 200, 'control');
  await sql`alter table ssh_key rename to ssh_key_gone`.execute(server.deps.db);
  const answer = await ask();
  assert.equal(answer.status, 500);
  assert.deepEqual(Object.keys(answer.json).sort(), [
    'code',
    'detail',
    'request_id',
    'status',
    'title',
    'type',
  ]);
  assert.equal(answer.json.code, 'internal_error');
  for (const inside of ['sql', 'table', 'ssh_key', 'node_modules', '.ts', 'Error:', 'at ']) {
    assert.equal(
      answer.text.toLowerCase().includes(inside.toLowerCase()),
      false,
      `${inside}: ${answer.text}`,
    );
  }
  const line = server.logged.find((text) => text.includes(answer.json.request_id))!;
  const logged = JSON.parse(line);
  assert.equal(logged.level, 50);
  assert.match(logged.err.message, /no such table/);
  assert.match(logged.err.stack, /list-ssh-keys|ssh-keys/);
  assert.deepEqual([logged.method, logged.path], ['GET', '/v1/ssh-keys']);
  assert.equal(line.includes(key.slice(23, 40)), false);
  assert.equal((await server.ask('GET', '/v1/vms', { key })).status, 200, 'other operations go on');
  await sql`alter table ssh_key_gone rename to ssh_key`.execute(server.deps.db);
  assert.equal((await ask()).status, 200);
});

test('security: where the audit trail cannot be written, nothing is changed', async () => {
  const count = async () => (await server.deps.db.selectFrom('api_key').select('id').execute()).length;
  const create = () => server.ask('POST', '/v1/api-keys/', { key, json: {} });
  const before = await count();
  await sql`alter table audit_event rename to audit_event_gone`.execute(server.deps.db);
  const refused = await create();
  await sql`alter table audit_event_gone rename to audit_event`.execute(server.deps.db);
  assert.equal(refused.status, 500);
  assert.equal(refused.text.includes('full_key'), false);
  assert.equal(await count(), before);
  assert.equal((await create()).status, 201, 'control');
  assert.equal((await server.ask('GET', '/v1/audit/verify', { key })).json.ok, true);
});
