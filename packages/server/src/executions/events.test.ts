import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';
import { failInterrupted } from './store.ts';

const server = await startServer({ after });
const { db } = server.deps;
const ada = await server.person('Ada');
const adasKey = await ada.key({ environment: 'testing' });
const key = adasKey.text;

const start = async () =>
  (await server.ask('POST', '/v1/vms', { key, json: { vm_lifetime_seconds: 86_400 } })).json;
const vm = await start();
const run = (json: Record<string, unknown>, session_id = vm.session_id) =>
  server.ask('POST', '/execute', { key, json: { session_id, ...json } });
const runLater = async (json: Record<string, unknown>, session_id = vm.session_id) => {
  const answer = await server.ask('POST', '/execute_async', { key, json: { session_id, ...json } });
  assert.equal(answer.status, 202, answer.text);
  return answer.json.task_id as string;
};
const task = async (id: string) => (await server.ask('GET', `/v1/executions/${id}`, { key })).json;
const eventOf = (id: string) =>
  db
    .selectFrom('audit_event')
    .selectAll()
    .where('event_type', '=', 'execution.completed')
    .where('resource_id', '=', id)
    .executeTakeFirst();

test('the end of a program is an event of its machine and session, by whoever asked for it', async () => {
  const { json } = await run({ command: 'echo out; exit 3', language: 'bash' });
  const later = await runLater({ command: 'print(1)' });
  await until(async () => (await task(later)).is_complete);
  for (const [id, language, exitCode] of [
    [json.execution_id, 'bash', 3],
    [later, 'python', 0],
  ]) {
    const event = (await eventOf(id))!;
    assert.deepEqual(
      [event.account_id, event.environment, event.vm_id, event.session_id, event.resource_type, event.status],
      [ada.accountId, 'testing', vm.vm_id, vm.session_id, 'execution', 'success'],
    );
    assert.deepEqual(
      [event.actor_type, event.actor_id, event.address],
      ['api_key', String(adasKey.id), '127.0.0.1'],
    );
    const { wall_ms: wallMs, ...payload } = JSON.parse(event.payload);
    assert.deepEqual(payload, { language, exit_code: exitCode, timed_out: false });
    assert.ok(Number.isInteger(wallMs) && wallMs >= 0, event.payload);
  }
});

test('security: neither a program nor what it printed is in any event', async () => {
  const { json } = await run({ command: 'echo very-private >&2; echo very-private', language: 'bash' });
  assert.ok(json.stdout.includes('very-private'), 'control');
  const rows = await db.selectFrom('audit_event').selectAll().execute();
  assert.ok(rows.length > 3, 'control');
  assert.equal(JSON.stringify(rows).includes('very-private'), false);
});

test('a program that was ended at its time-out says so; one that ends with the same code by itself does not', async () => {
  const late = await run({ command: 'sleep 30', language: 'bash', timeout: 0.5 });
  const own = await run({ command: 'exit 124', language: 'bash', timeout: 60 });
  const timedOut = async (id: string) => JSON.parse((await eventOf(id))!.payload).timed_out;
  assert.deepEqual([late.json.exit_code, await timedOut(late.json.execution_id)], [124, true]);
  assert.deepEqual([own.json.exit_code, await timedOut(own.json.execution_id)], [124, false]);
});

test('of a program whose machine went away the event says that and why, and its end is known', async () => {
  const other = await start();
  const id = await runLater({ command: 'sleep 600', language: 'bash', timeout: 900 }, other.session_id);
  await server.ask('POST', '/kill', { key, json: { session_id: other.session_id } });
  await until(async () => (await task(id)).is_complete);
  const event = (await eventOf(id))!;
  assert.equal(event.status, 'error');
  assert.ok(event.error_message);
  assert.deepEqual(JSON.parse(event.payload), {
    language: 'bash',
    exit_code: null,
    wall_ms: null,
    timed_out: false,
  });
});

test('a key that dies while its program runs does not take the event with it', async () => {
  const dying = await ada.key({ environment: 'testing' });
  const answer = server.ask('POST', '/execute', {
    key: dying.text,
    json: { session_id: vm.session_id, command: 'sleep 600', language: 'bash', timeout: 1.3 },
  });
  await until(async () => {
    const { json } = await server.ask('GET', `/v1/api-keys/${dying.id}`, { key });
    return json.last_used !== null;
  });
  await server.ask('DELETE', `/v1/api-keys/${dying.id}`, { key });
  const { json } = await answer;
  assert.equal((await eventOf(json.execution_id))?.actor_id, String(dying.id));
});

test('a record that cannot be written fails no answer, and keeps no result back', async () => {
  await sql`create trigger no_room before insert on audit_event when new.event_type = 'execution.completed'
    begin select raise(abort, 'no room'); end`.execute(db);
  try {
    const now = await run({ command: 'print(42)' });
    assert.deepEqual([now.status, now.json.stdout], [200, '42\n']);
    const later = await runLater({ command: 'print(43)' });
    await until(async () => (await task(later)).is_complete);
    assert.equal((await task(later)).stdout, '43\n');
    assert.equal(await eventOf(now.json.execution_id), undefined, 'control');
    assert.match(server.logged.join(''), /the end of an execution was not recorded/);
  } finally {
    await sql`drop trigger no_room`.execute(db);
  }
});

test('what a restart interrupted has its event as well', async () => {
  const id = await runLater({ command: 'sleep 600', language: 'bash', timeout: 900 });
  await failInterrupted(db, new Date(server.world.now()).toISOString());
  const event = (await eventOf(id))!;
  assert.deepEqual(
    [event.status, event.actor_type, event.vm_id, event.session_id, event.environment],
    ['error', 'system', vm.vm_id, vm.session_id, 'testing'],
  );
  assert.match(event.error_message!, /restarted/);
  await server.ask('POST', '/kill', { key, json: { session_id: vm.session_id } });
});
