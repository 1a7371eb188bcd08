import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { monthOf } from '../db/calendar.ts';
import { startServer, type TestKey, type TestPerson } from '../testing/server.ts';
import { sweepExpired } from '../vms/reconcile.ts';

const server = await startServer({ after });
const { deps, world } = server;
let people = 0;
/** Passwords are taken so often a minute from one address. */
const newPerson = () => {
  world.advance(7000);
  return server.person(`Person${++people}`);
};

const create = (key: TestKey, json: Record<string, unknown> = {}) =>
  server.ask('POST', '/v1/vms', { key: key.text, json: { memory_mb: 128, ...json } });
const end = (key: TestKey, vmId: string) => server.ask('DELETE', `/v1/vms/${vmId}`, { key: key.text });
const run = (key: TestKey, sessionId: string, path = '/execute') =>
  server.ask('POST', path, { key: key.text, json: { session_id: sessionId, command: 'print(1)' } });
const patchAccount = async (person: TestPerson, json: unknown) => {
  const answer = await server.ask('PATCH', '/app/v1/account', { cookie: person.cookie, json });
  assert.equal(answer.status, 200, answer.text);
};
const patchKey = async (person: TestPerson, id: number, json: unknown) => {
  const answer = await server.ask('PATCH', `/app/v1/api-keys/${id}`, { cookie: person.cookie, json });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const quotasOf = async (key: TestKey) =>
  (await server.ask('GET', '/v1/whoami', { key: key.text })).json.limits.quotas;
const nextMonth = () => monthOf(world.now()).toMs;
const secondsUntil = (ms: number) => (ms - world.now()) / 1000;

/** Away from the ends of months, where figures of the month begin anew. */
const toTheThird = () => world.advance(nextMonth() + 2 * 86_400_000 - world.now());
toTheThird();

test('abuse case 34: of 64 machines asked for at once exactly as many are made as the quota of the key has, and the others say so', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_machines: 7 });
  const answers = await Promise.all(Array.from({ length: 64 }, () => create(key)));
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, 7);
  const living = await deps.db
    .selectFrom('vm')
    .select('id')
    .where('account_id', '=', person.accountId)
    .execute();
  assert.equal(living.length, 7, 'a refused one leaves no row');
  assert.equal((await deps.host.list()).filter(({ vmId }) => living.some(({ id }) => id === vmId)).length, 7);
  for (const refused of answers.filter(({ status }) => status !== 201)) {
    assert.deepEqual([refused.status, refused.json.code], [429, 'quota_exceeded'], refused.text);
  }
  await Promise.all(made.map(({ json }) => end(key, json.vm_id)));
  const again = await Promise.all(Array.from({ length: 20 }, () => create(key)));
  assert.equal(again.filter(({ status }) => status === 201).length, 7, 'whoever ends one may make one');
});

test('of 64 executions at once exactly as many run as the quota has', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_executions: 9 });
  const { session_id } = (await create(key)).json;
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, n) => run(key, session_id, n % 2 ? '/execute' : '/execute_async')),
  );
  assert.equal(answers.filter(({ status }) => status < 300).length, 9);
  assert.equal(answers.filter(({ json }) => json.code === 'quota_exceeded').length, 55);
  const { executions } = await quotasOf(key);
  assert.deepEqual([executions.used, executions.remaining, executions.source], [9, 0, 'key']);
});

test('a refused machine is told which quota, whose, how much is used, when to come back and who can raise it', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_machines: 1 });
  const first = (await create(key, { vm_lifetime_seconds: 100 })).json;
  const refused = await create(key);
  assert.match(
    refused.json.detail,
    /^Rate limit exceeded: this API key may have 1 machine at once and has 1\. End one, or try again at .*Z.*quota_machines of the key\.$/,
  );
  assert.match(refused.headers.get('content-type')!, /^application\/problem\+json/);
  assert.equal(refused.json.type, 'https://iana.org/assignments/http-problem-types#quota-exceeded');
  assert.deepEqual(refused.json['violated-policies'], ['key-machines']);
  assert.equal(refused.json.status, 429);
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds >= secondsUntil(Date.parse(first.expires_at)), 'never early');
  assert.ok(seconds <= secondsUntil(Date.parse(first.expires_at)) + 4, 'and not much later');
  world.advance(seconds * 1000);
  await sweepExpired(deps);
  assert.equal((await create(key)).status, 201, 'it is granted when it said');
});

test('a quota of the account counts its keys and people together, and an account of somebody else has its own', async () => {
  const person = await newPerson();
  await patchAccount(person, { quota_machines: 2 });
  const [a, b] = [await person.key(), await person.key()];
  assert.equal((await create(a)).status, 201);
  const byPerson = await server.ask('POST', '/app/v1/vms', {
    cookie: person.cookie,
    json: { memory_mb: 128 },
  });
  assert.equal(byPerson.status, 201);
  const refused = await create(b);
  assert.match(
    refused.json.detail,
    /^Rate limit exceeded: the account may have 2 machines at once and has 2\./,
  );
  assert.match(refused.json.detail, /An owner or admin of the account can raise it/);
  assert.deepEqual(refused.json['violated-policies'], ['account-machines']);
  assert.equal((await create(await (await newPerson()).key())).status, 201);
});

test('a machine holds its whole lifetime of the month, and gives back what it did not take', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_vm_seconds: 1000 });
  const { vm_id } = (await create(key, { vm_lifetime_seconds: 600 })).json;
  const held = (await quotasOf(key)).vm_seconds;
  assert.deepEqual([held.used, held.reserved, held.remaining], [600, 600, 400]);
  const refused = await create(key, { vm_lifetime_seconds: 401 });
  assert.match(
    refused.json.detail,
    /this API key may use 1000 seconds of machines in \d{4}-\d\d \(UTC\); 600 are used, of which machines that run hold 600, and this would take 401 more\. Take a lifetime \(vm_lifetime_seconds\) of at most 400 seconds, or end machines\. The quota is new at/,
  );
  world.advance(50_000);
  assert.equal((await end(key, vm_id)).status, 200);
  const settled = (await quotasOf(key)).vm_seconds;
  assert.ok(settled.used >= 50 && settled.used < 60 && settled.reserved === 0, JSON.stringify(settled));
  assert.equal((await create(key, { vm_lifetime_seconds: 900 })).status, 201);
});

test('a month that is used up says when the next begins, and grants again from then on', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_executions: 1, quota_vm_seconds: 86_400 });
  const { session_id } = (await create(key, { vm_lifetime_seconds: 86_400 })).json;
  assert.equal((await run(key, session_id)).status, 200);
  const refused = await run(key, session_id);
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds >= secondsUntil(nextMonth()) && seconds <= secondsUntil(nextMonth()) + 2);
  assert.equal(refused.json.quota.renews_at, new Date(nextMonth()).toISOString());
  assert.match(
    refused.json.detail,
    /this API key may run 1 program in .* and has run 1\. The quota is new at/,
  );
  const noTime = await create(key);
  assert.ok(Number(noTime.headers.get('retry-after')) >= secondsUntil(nextMonth()));
  world.advance(seconds * 1000);
  await sweepExpired(deps);
  const again = await create(key);
  assert.equal(again.status, 201, again.text);
  assert.equal((await run(key, again.json.session_id)).status, 200);
});

test('abuse case 35: what a lifetime takes of the next month is held there: the end of a month is no way to have more', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_vm_seconds: 10_000 });
  world.advance(nextMonth() - world.now() - 10_000_000);
  const first = await create(key, { vm_lifetime_seconds: 9000 });
  assert.equal(first.status, 201, first.text);
  world.advance(nextMonth() - world.now() - 5000);
  await sweepExpired(deps);
  const second = await create(key, { vm_lifetime_seconds: 8000 });
  assert.equal(second.status, 201, 'some seconds of this month, and the others of the next');
  const third = await create(key, { vm_lifetime_seconds: 8000 });
  assert.equal(third.json.code, 'quota_exceeded');
  const { name } = monthOf(nextMonth());
  assert.match(third.json.detail, new RegExp(`seconds of machines in ${name}`));
  const retryAt = Number(third.headers.get('retry-after'));
  assert.ok(retryAt >= secondsUntil(monthOf(nextMonth()).toMs), 'the month after the one that is full');
  toTheThird();
});

test('a lifetime that no month has is refused without a time to come back', async () => {
  const key = await (await newPerson()).key({ quota_vm_seconds: 100 });
  const refused = await create(key, { vm_lifetime_seconds: 101 });
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, null]);
  assert.match(refused.json.detail, /Even a whole month does not have so many/);
  assert.equal((await create(key, { vm_lifetime_seconds: 100 })).status, 201);
});

test('abuse case 28: a rotated pair has one quota and one use, whichever of its keys is used or changed', async () => {
  const person = await newPerson();
  const old = await person.key({ quota_machines: 3, quota_executions: 2 });
  const machine = (await create(old)).json;
  const rotate = async (key: TestKey) => {
    const answer = await server.ask('POST', `/app/v1/api-keys/${key.id}/rotate`, {
      cookie: person.cookie,
      json: { policy: 'at', at: new Date(world.now() + 86_400_000).toISOString() },
    });
    assert.equal(answer.status, 201, answer.text);
    return { id: answer.json.id, text: answer.json.full_key } as TestKey;
  };
  const next = await rotate(old);
  assert.equal((await create(next)).status, 201);
  const newest = await rotate(next);
  assert.equal((await create(newest)).status, 201);
  for (const key of [old, next, newest]) {
    const { machines } = await quotasOf(key);
    assert.deepEqual([machines.used, machines.limit, machines.remaining], [3, 3, 0]);
    assert.equal((await create(key)).status, 429);
  }
  assert.equal((await run(newest, machine.session_id)).status, 200);
  assert.equal((await run(old, machine.session_id)).status, 200);
  assert.equal(
    (await run(next, machine.session_id)).status,
    429,
    'each execution is counted for all of them',
  );
  await patchKey(person, old.id, { quota_machines: 4 });
  const shown = await server.ask('GET', `/app/v1/api-keys/${newest.id}`, { cookie: person.cookie });
  assert.equal(shown.json.quota_machines, 4, 'a quota that is changed in one is changed in all');
  assert.equal((await create(newest)).status, 201);
  assert.equal((await create(old)).status, 429);
  const unrelated = await person.key({ quota_machines: 1 });
  assert.equal((await create(unrelated)).status, 201, 'control');
});

test('a machine that could not be made gives everything back', async () => {
  const key = await (await newPerson()).key({ quota_machines: 200, quota_vm_seconds: 1_000_000 });
  const { capacity } = await deps.host.hello();
  const made: string[] = [];
  for (let mb = 0; mb <= capacity.memoryMb; mb += 8192) {
    const answer = await create(key, { memory_mb: 8192 });
    if (answer.status === 201) made.push(answer.json.vm_id);
    else assert.deepEqual([answer.status, answer.json.code], [503, 'capacity_full']);
  }
  const { machines, vm_seconds } = await quotasOf(key);
  assert.deepEqual([machines.used, vm_seconds.used], [made.length, made.length * 300]);
  for (const id of made) await end(key, id);
});

test('an execution that was refused or that its machine never took is not counted; one that failed in it is', async () => {
  const key = await (await newPerson()).key({ quota_executions: 100 });
  const used = async () => (await quotasOf(key)).executions.used;
  const machine = (await create(key)).json;
  await run(key, '00000000-0000-4000-8000-000000000000');
  await server.ask('POST', '/execute', {
    key: key.text,
    json: { session_id: machine.session_id, command: '' },
  });
  assert.equal(await used(), 0);
  const failing = { session_id: machine.session_id, command: 'print(none_such)' };
  await server.ask('POST', '/execute', { key: key.text, json: failing });
  assert.equal(await used(), 1);
  const gone = { epoch: 1, vmId: machine.vm_id, generation: 1, reason: 'test' };
  await deps.host.apply({ verb: 'delete', opKey: `outside:${machine.vm_id}`, ...gone });
  const lost = await run(key, machine.session_id);
  assert.ok(lost.status >= 500, lost.text);
  const later = await run(key, machine.session_id, '/execute_async');
  assert.equal(later.status, 202);
  for (;;) {
    const task = await server.ask('GET', `/v1/executions/${later.json.task_id}`, { key: key.text });
    if (task.json.is_complete) break;
  }
  assert.equal(await used(), 1);
});

test('a session is renewed as far as the quota has time for it, on the quota of the key that made its machine', async () => {
  const person = await newPerson();
  const [key, other] = [await person.key({ quota_vm_seconds: 1000 }), await person.key()];
  const { session_id } = (await create(key, { vm_lifetime_seconds: 500 })).json;
  const renew = (seconds: number, by = key) =>
    server.ask('POST', `/v1/sessions/session/${session_id}/renew`, {
      key: by.text,
      json: { vm_lifetime_seconds: seconds },
    });
  const granted = await renew(900);
  assert.equal(granted.status, 200, granted.text);
  for (const by of [key, other]) {
    const refused = await renew(1100, by);
    assert.deepEqual([refused.status, refused.json.code], [429, 'quota_exceeded'], refused.text);
  }
  const session = await server.ask('GET', `/v1/sessions/session/${session_id}`, { key: key.text });
  assert.equal(session.json.expires_at, granted.json.expires_at, 'a refused renewal changes nothing');
  assert.equal((await renew(100)).status, 200, 'a shorter life is always granted');
  const { used } = (await quotasOf(key)).vm_seconds;
  assert.ok(used < 200, `${used} are held`);
});

test('a quota below what runs ends nothing, lets nothing more in, and counts how many have to end first', async () => {
  const person = await newPerson();
  const key = await person.key();
  const made = [];
  for (const seconds of [100, 200, 300])
    made.push((await create(key, { vm_lifetime_seconds: seconds })).json);
  await patchKey(person, key.id, { quota_machines: 2 });
  const refused = await create(key);
  const seconds = Number(refused.headers.get('retry-after'));
  const left = Date.parse(made[1].expires_at);
  assert.ok(
    seconds >= secondsUntil(left) && seconds <= secondsUntil(left) + 4,
    'when two of three have ended',
  );
  const { machines } = await quotasOf(key);
  assert.deepEqual([machines.used, machines.remaining], [3, 0]);
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).json.length, 3);
});

test('a quota out of range is refused by the range that it has', async () => {
  const person = await newPerson();
  for (const [json, range] of [
    [{ quota_machines: 0 }, /from 1 to 100000/],
    [{ quota_machines: 1.5 }, /from 1 to 100000/],
    [{ quota_executions: '5' }, /from 1 to 1000000000000/],
    [{ quota_vm_seconds: -1 }, /from 1 to 1000000000000/],
  ] as const) {
    for (const [method, path] of [
      ['POST', '/app/v1/api-keys/'],
      ['PATCH', '/app/v1/account'],
    ] as const) {
      const answer = await server.ask(method, path, { cookie: person.cookie, json });
      assert.equal(answer.status, 422, answer.text);
      assert.match(answer.json.detail[0].msg, range);
    }
  }
});

test('security: a key cannot raise its own quota by way of one that it was rotated from or to', async () => {
  const person = await newPerson();
  const old = await person.key({ quota_machines: 1 });
  const answer = await server.ask('POST', `/app/v1/api-keys/${old.id}/rotate`, {
    cookie: person.cookie,
    json: { policy: 'at', at: new Date(world.now() + 86_400_000).toISOString() },
  });
  const next = { id: answer.json.id as number, text: answer.json.full_key as string };
  for (const [by, of] of [
    [next, old],
    [old, next],
  ] as const) {
    const patch = (json: unknown) => server.ask('PATCH', `/v1/api-keys/${of.id}`, { key: by.text, json });
    assert.equal((await patch({ quota_machines: 9 })).status, 403);
    assert.equal((await patch({ description: 'other' })).status, 200, 'control');
  }
  const shown = await server.ask('GET', `/app/v1/api-keys/${old.id}`, { cookie: person.cookie });
  assert.equal(shown.json.quota_machines, 1, 'all of it or nothing');
});

test('security: a token of a machine uses the quota of the key that made it', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_executions: 1 });
  const { vm_id, session_id } = (await create(key)).json;
  const made = await server.ask('POST', `/v1/vms/${vm_id}/tokens`, {
    key: key.text,
    json: { scopes: ['exec:run', 'self:read'] },
  });
  assert.equal(made.status, 201, made.text);
  const token = { text: made.json.token } as TestKey;
  assert.equal((await run(token, session_id)).status, 200);
  assert.equal((await run(token, session_id)).json.code, 'quota_exceeded');
  assert.equal((await run(key, session_id)).json.code, 'quota_exceeded');
  const { executions } = await quotasOf(token);
  assert.deepEqual([executions.limit, executions.used, executions.of], [1, 1, 'key']);
});

test('a session that is started with the key in its body is under the same quotas', async () => {
  const key = await (await newPerson()).key({ quota_machines: 1 });
  const start = () =>
    server.ask('POST', '/v1/sessions/session', { json: { api_key: key.text, memory_mb: 128 } });
  const answers = await Promise.all([start(), start(), start()]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 429, 429]);
  const refused = answers.find(({ status }) => status === 429)!;
  assert.match(refused.json.detail, /^Rate limit exceeded/);
});

test('security: a key cannot raise its own quota, and one without account:write not the account’s', async () => {
  const person = await newPerson();
  const key = await person.key({ quota_machines: 1 });
  const self = await server.ask('PATCH', `/v1/api-keys/${key.id}`, {
    key: key.text,
    json: { quota_machines: 9 },
  });
  assert.equal(self.status, 403, self.text);
  const exec = await person.key({ scopes: ['exec-only'] });
  const account = await server.ask('PATCH', '/v1/account', { key: exec.text, json: { quota_machines: 9 } });
  assert.equal(account.status, 403);
});
