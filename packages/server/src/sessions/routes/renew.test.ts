import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sessions } from '@instavm/contract';
import { startServer } from '../../testing/server.ts';
import { reconcile, sweepExpired } from '../../vms/reconcile.ts';

const server = await startServer({ after });
const { deps, world } = server;
const ada = await server.person('Ada');
const key = (await ada.key()).text;

const start = async (json: Record<string, unknown> = {}, by = key) => {
  const answer = await server.ask('POST', '/v1/sessions/session', { json: { api_key: by, ...json } });
  assert.equal(answer.status, 201, answer.text);
  return answer.json;
};
const renew = (id: string, json?: Record<string, unknown>, by = key) =>
  server.ask('POST', `/v1/sessions/session/${id}/renew`, { key: by, ...(json ? { json } : {}) });
const show = (id: string) => server.ask('GET', `/v1/sessions/session/${id}`, { key });
const onHost = async (vmId: string) => (await deps.host.list()).find((vm) => vm.vmId === vmId);
const near = (text: string, ms: number) =>
  assert.ok(Math.abs(Date.parse(text) - ms) < 5000, `${text} is not about ${new Date(ms).toISOString()}`);

test('a renewed session has its lifetime from now on, on the host as well, and goes on past its first end', async () => {
  const made = await start({ vm_lifetime_seconds: 300 });
  world.advance(250_000);
  const answer = await renew(made.session_id);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(sessions.renew.response.body.parse(answer.json), answer.json);
  near(answer.json.expires_at, world.now() + 300_000);
  assert.equal(answer.json.absolute_expires_at, made.absolute_expires_at);
  assert.equal((await onHost(made.vm_id))?.expiresAt, answer.json.expires_at);
  const vm = (await server.ask('GET', `/v1/vms/${made.vm_id}`, { key })).json;
  assert.equal(vm.expires_at, answer.json.expires_at);
  world.advance(100_000);
  await sweepExpired(deps);
  await deps.engine.sweep(deps.now());
  const used = await server.ask('POST', '/execute', {
    key,
    json: { session_id: made.session_id, command: 'print(1)' },
  });
  assert.equal(used.status, 200, used.text);
  world.advance(210_000);
  await sweepExpired(deps);
  const ended = await show(made.session_id);
  assert.deepEqual([ended.status, ended.json.reason], [410, 'its lifetime of 300 seconds was over']);
});

test('a lifetime or idle timeout that is given counts from then on, also sooner than before', async () => {
  const made = await start({ vm_lifetime_seconds: 3600 });
  const answer = await renew(made.session_id, { vm_lifetime_seconds: 60, idle_timeout_seconds: 30 });
  near(answer.json.expires_at, world.now() + 60_000);
  assert.deepEqual([answer.json.vm_lifetime_seconds, answer.json.idle_timeout_seconds], [60, 30]);
  assert.equal((await onHost(made.vm_id))?.expiresAt, answer.json.expires_at);
  world.advance(25_000);
  near((await renew(made.session_id)).json.expires_at, world.now() + 60_000);
  world.advance(31_000);
  const ended = await show(made.session_id);
  assert.equal(ended.json.reason, 'idle for 30 seconds');
  assert.equal(ended.json.timeout.set_by, 'session');
});

test('a renewal counts the idle time anew', async () => {
  const { session_id: id } = await start({ idle_timeout_seconds: 60, vm_lifetime_seconds: 3600 });
  for (let times = 0; times < 3; times++) {
    world.advance(50_000);
    const { json } = await renew(id);
    near(json.last_used_at, world.now());
    near(json.idle_expires_at, world.now() + 60_000);
  }
  assert.equal((await show(id)).status, 200);
});

test('no renewal goes beyond the bound: it is cut to it, again and again, and the machine ends there', async () => {
  const change = (json: Record<string, unknown>) =>
    server.ask('PATCH', '/app/v1/account', { cookie: ada.cookie, json });
  await change({ machine_lifetime_max_seconds: 500 });
  const made = await start({ vm_lifetime_seconds: 300 });
  assert.equal(Date.parse(made.absolute_expires_at) - Date.parse(made.created_at), 500_000);
  world.advance(250_000);
  for (let times = 0; times < 3; times++) {
    const { status, json } = await renew(made.session_id);
    assert.deepEqual([status, json.expires_at], [200, made.absolute_expires_at]);
  }
  assert.equal((await onHost(made.vm_id))?.expiresAt, made.absolute_expires_at);
  const tooLong = await renew(made.session_id, { vm_lifetime_seconds: 501 });
  assert.equal(tooLong.status, 422);
  assert.deepEqual(tooLong.json.detail[0].loc, ['body', 'vm_lifetime_seconds']);
  assert.match(tooLong.json.detail[0].msg, /more than 500.*machine_lifetime_max_seconds/);
  await change({ machine_lifetime_max_seconds: null });
  assert.equal(
    (await renew(made.session_id)).json.expires_at,
    made.absolute_expires_at,
    'a bound that was widened since is for sessions begun since',
  );
  world.advance(251_000);
  await sweepExpired(deps);
  const ended = await show(made.session_id);
  assert.deepEqual([ended.status, ended.json.timeout.kind], [410, 'absolute']);
  assert.equal(ended.json.reason, 'its longest life of 500 seconds was over');
});

test('an unknown field, a lifetime that is none and one of an ended session change nothing', async () => {
  const made = await start();
  for (const json of [{ vm_lifetime_seconds: 19 }, { idle_timeout_seconds: 86_401 }, { lifetime: 60 }]) {
    assert.equal((await renew(made.session_id, json)).status, 422, JSON.stringify(json));
  }
  const { expires_at } = (await show(made.session_id)).json;
  assert.equal(expires_at, made.expires_at);
  await server.ask('POST', '/kill', { key, json: { session_id: made.session_id } });
  assert.equal((await renew(made.session_id)).status, 410);
  const reader = (await ada.key({ scopes: ['read-only'] })).text;
  assert.equal((await renew(made.session_id, undefined, reader)).status, 403);
});

test('a renewal leaves its event, with the times in force', async () => {
  const made = await start({ vm_lifetime_seconds: 300 });
  const { json } = await renew(made.session_id, { idle_timeout_seconds: 40 });
  const row = await deps.db
    .selectFrom('audit_event')
    .selectAll()
    .where('event_type', '=', 'session.renewed')
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow();
  assert.deepEqual(
    [row.resource_type, row.resource_id, row.vm_id, row.session_id, JSON.parse(row.payload)],
    [
      'session',
      made.session_id,
      made.vm_id,
      made.session_id,
      { expires_at: json.expires_at, lifetime_seconds: 300, idle_timeout_seconds: 40 },
    ],
  );
});

test('renewals and the sweep at the same time: whoever was told of a later end has it', async () => {
  for (let round = 0; round < 10; round++) {
    const made = await start({ vm_lifetime_seconds: 60 });
    world.advance(60_000 - 40);
    const [renewed] = await Promise.all([
      renew(made.session_id),
      ...Array.from({ length: 5 }, async () => {
        world.advance(10);
        await sweepExpired(deps);
        await deps.engine.sweep(deps.now());
      }),
    ]);
    const after = await show(made.session_id);
    assert.deepEqual(after.status, renewed!.status, `${renewed!.text} ${after.text}`);
    if (renewed!.status === 200) assert.ok(await onHost(made.vm_id), 'the host has it still');
  }
});

test('many renewals at the same time leave host and database with one end', async () => {
  const made = await start({ vm_lifetime_seconds: 300 });
  const answers = await Promise.all(
    [60, 120, 180, 240, 300, 90].map((vm_lifetime_seconds) =>
      renew(made.session_id, { vm_lifetime_seconds }),
    ),
  );
  for (const { status } of answers) assert.equal(status, 200);
  assert.equal((await onHost(made.vm_id))?.expiresAt, (await show(made.session_id)).json.expires_at);
});

test('a host that was not told of the end of a machine is told by the reconciler', async () => {
  const made = await start({ vm_lifetime_seconds: 300 });
  await deps.host.apply({
    verb: 'renew',
    opKey: 'outside',
    epoch: 1,
    vmId: made.vm_id,
    generation: 1,
    expiresAt: new Date(world.now() + 5_000_000).toISOString(),
  });
  await reconcile(deps, { atStart: false });
  assert.equal((await onHost(made.vm_id))?.expiresAt, made.expires_at);
});

test('the quota of machine time bounds a renewal, and a refused one changes nothing', async () => {
  const bounded = (await ada.key({ quota_vm_seconds: 500 })).text;
  const made = await start({ vm_lifetime_seconds: 400 }, bounded);
  const refused = await renew(made.session_id, { vm_lifetime_seconds: 3600 }, bounded);
  assert.deepEqual([refused.status, refused.json.code], [429, 'quota_exceeded'], refused.text);
  assert.equal((await show(made.session_id)).json.expires_at, made.expires_at);
  assert.equal((await onHost(made.vm_id))?.expiresAt, made.expires_at);
  assert.equal((await renew(made.session_id, { vm_lifetime_seconds: 450 }, bounded)).status, 200, 'control');
});
