import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { until } from '../../testing/until.ts';
import { sweepExpired } from '../../vms/reconcile.ts';

const server = await startServer({ after });
const { deps, world } = server;
const key = (await (await server.person('Ada')).key()).text;

const start = async (json: Record<string, unknown>) => {
  const answer = await server.ask('POST', '/v1/vms', { key, json });
  assert.equal(answer.status, 201, answer.text);
  return answer.json as { vm_id: string; session_id: string };
};
const show = async (vmId: string) => (await server.ask('GET', `/v1/vms/${vmId}`, { key })).json;
const session = (id: string) => server.ask('GET', `/v1/sessions/session/${id}`, { key });
const run = (session_id: string, json: Record<string, unknown> = { command: 'print(1)' }) =>
  server.ask('POST', '/execute', { key, json: { session_id, ...json } });
const running = async () => (await deps.host.list()).map(({ vmId }) => vmId);

/** Moves the clock by steps that the sweep sees each. */
async function pass(seconds: number): Promise<void> {
  world.advance(seconds * 1000);
  await sweepExpired(deps);
}

test('a machine that nobody uses is ended after its idle timeout, with the reason in words; another goes on', async () => {
  const idle = await start({ idle_timeout_seconds: 300, vm_lifetime_seconds: 3600 });
  const other = await start({ vm_lifetime_seconds: 3600 });
  await pass(295);
  assert.equal((await show(idle.vm_id)).status, 'active');
  await pass(6);
  const ended = await show(idle.vm_id);
  assert.deepEqual([ended.status, ended.end_reason], ['terminated', 'idle for 300 seconds']);
  assert.equal((await session(idle.session_id)).status, 410);
  assert.equal((await running()).includes(idle.vm_id), false);
  assert.equal(
    (await show(other.vm_id)).status,
    'active',
    'control: without an idle timeout it is never idle',
  );
  assert.deepEqual(
    [(await show(other.vm_id)).idle_timeout_seconds, (await show(other.vm_id)).idle_expires_at],
    [null, null],
  );
});

test('each use counts the idle time anew: programs and files do, looking at it does not', async () => {
  const { session_id: id, vm_id } = await start({ idle_timeout_seconds: 60, vm_lifetime_seconds: 3600 });
  const upload = () => {
    const body = new FormData();
    body.set('remote_path', '/tmp/a');
    body.set('session_id', id);
    body.set('file', new Blob(['x']), 'a');
    return server.ask('POST', '/upload', { key, body });
  };
  const download = () =>
    server.ask('POST', '/download', {
      key,
      body: new URLSearchParams({ filename: '/tmp/a', session_id: id }),
    });
  const runLater = async () => {
    const json = { session_id: id, command: 'print(1)' };
    const task = await server.ask('POST', '/execute_async', { key, json });
    await until(async () => {
      const answer = await server.ask('GET', `/v1/executions/${task.json.task_id}`, { key });
      return answer.json.is_complete;
    });
    return task;
  };
  for (const use of [() => run(id), upload, download, runLater]) {
    await pass(50);
    const answer = await use();
    assert.ok(answer.status < 300, answer.text);
  }
  await pass(50);
  assert.equal((await session(id)).status, 200);
  await server.ask('GET', `/v1/sessions/status/${id}`, { key });
  await pass(11);
  assert.equal((await show(vm_id)).end_reason, 'idle for 60 seconds');
});

test('a machine in which a program runs is in use the whole time, waited for or not', async () => {
  const [waited, later] = [
    await start({ idle_timeout_seconds: 20, vm_lifetime_seconds: 3600 }),
    await start({ idle_timeout_seconds: 20, vm_lifetime_seconds: 3600 }),
  ];
  const long = { command: 'sleep 600', language: 'bash', timeout: 900 };
  const answer = run(waited.session_id, long);
  const task = await server.ask('POST', '/execute_async', {
    key,
    json: { session_id: later.session_id, ...long },
  });
  await until(async () => {
    await pass(15);
    const { last_used_at } = await show(waited.vm_id);
    return Date.parse(last_used_at) >= world.now() - 5000;
  });
  for (let times = 0; times < 5; times++) {
    await pass(25);
    for (const { vm_id, session_id } of [waited, later]) {
      assert.equal((await show(vm_id)).status, 'active');
      assert.ok((await session(session_id)).json.idle_expires_at > new Date(world.now()).toISOString());
    }
  }
  for (const { session_id } of [waited, later])
    await server.ask('POST', '/kill', { key, json: { session_id } });
  assert.equal((await answer).status, 410);
  await until(
    async () =>
      (await server.ask('GET', `/v1/executions/${task.json.task_id}`, { key })).json.is_complete === true,
  );
});

test('the idle time counts from the end of a use, however long it was', async () => {
  const { vm_id } = await start({ idle_timeout_seconds: 60, vm_lifetime_seconds: 3600 });
  const over = deps.uses.begin(vm_id);
  await pass(100);
  over();
  await pass(55);
  assert.equal((await show(vm_id)).status, 'active');
  await pass(6);
  assert.equal((await show(vm_id)).end_reason, 'idle for 60 seconds');
});

test('a machine whose idle time and lifetime have both passed says which was first', async () => {
  const short = await start({ idle_timeout_seconds: 100, vm_lifetime_seconds: 60 });
  const long = await start({ idle_timeout_seconds: 60, vm_lifetime_seconds: 100 });
  world.advance(1_000_000);
  await sweepExpired(deps);
  assert.equal((await show(short.vm_id)).end_reason, 'its lifetime of 60 seconds was over');
  assert.equal((await show(long.vm_id)).end_reason, 'idle for 60 seconds');
});

test('the end by the clock leaves both events, of the machine and of its session, with the reason', async () => {
  const { vm_id, session_id } = await start({ idle_timeout_seconds: 20 });
  await pass(21);
  const rows = await deps.db
    .selectFrom('audit_event')
    .select(['event_type', 'actor_type', 'resource_type', 'resource_id', 'vm_id', 'session_id', 'payload'])
    .where('vm_id', '=', vm_id)
    .where('resource_type', 'in', ['vm', 'session'])
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    rows.map(({ event_type }) => event_type),
    ['vm.created', 'session.started', 'vm.terminated', 'session.ended'],
  );
  const started = rows[1]!;
  assert.deepEqual(JSON.parse(started.payload), { lifetime_seconds: 300, idle_timeout_seconds: 20 });
  for (const row of rows.slice(2)) {
    assert.deepEqual([row.actor_type, row.session_id], ['system', session_id]);
    assert.deepEqual(JSON.parse(row.payload), { reason: 'idle for 20 seconds' });
  }
  assert.deepEqual([rows[3]!.resource_type, rows[3]!.resource_id], ['session', session_id]);
});
