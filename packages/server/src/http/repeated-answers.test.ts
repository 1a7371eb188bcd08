import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { executions } from '@instavm/contract';
import { filesHolding } from '../testing/folder.ts';
import { type Answer, type Ask, startServer } from '../testing/server.ts';
import { joined } from '../testing/team.ts';
import { until } from '../testing/until.ts';
import type { RequestContext } from './context.ts';
import { ApiError } from './errors.ts';
import { RepeatedAnswers } from './repeated-answers.ts';
import { forgetRepeatedAnswers, RepeatedStore } from './repeated-store.ts';
import { JsonText } from './streamed.ts';

const server = await startServer({ after });
const { db } = server.deps;
const ada = await server.person('Ada');
const key = await ada.key();

const post = (path: string, json: unknown, idempotencyKey: string, by: Ask = { key: key.text }) =>
  server.ask('POST', path, { ...by, json, headers: { 'idempotency-key': idempotencyKey } });
const makeVm = (idempotencyKey: string, json: object = {}, by?: Ask): Promise<Answer> =>
  post('/v1/vms', json, idempotencyKey, by);
const kept = () => db.selectFrom('repeated_answer').selectAll().execute();
const session = async () =>
  (await server.ask('POST', '/v1/vms', { key: key.text, json: {} })).json.session_id;

test('an answer can be had again for ten minutes; after that it is a new request', async () => {
  const first = await makeVm('ten-minutes');
  server.world.advance(10 * 60_000 - 5000);
  assert.equal((await makeVm('ten-minutes')).json.vm_id, first.json.vm_id);
  server.world.advance(5001);
  const late = await makeVm('ten-minutes');
  assert.equal(late.status, 201);
  assert.notEqual(late.json.vm_id, first.json.vm_id);
});

test('requests at the same moment with one Idempotency-Key make one machine', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => makeVm('at-once')));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true');
  assert.equal(replayed.length, 19);
});

test('a second request waits for the program of the first and gets its output', async () => {
  const json = { session_id: await session(), command: 'sleep 0.4; echo done', language: 'bash' };
  const first = post('/execute', json, 'waits');
  await until(async () => (await kept()).length > 0);
  const [one, two] = await Promise.all([first, post('/execute', json, 'waits')]);
  assert.equal(one.json.stdout, 'done\n');
  assert.equal(two.json.execution_id, one.json.execution_id);
});

test('one Idempotency-Key with another request, or on another operation, is a mistake and makes nothing', async () => {
  await makeVm('reused', { memory_mb: 128 });
  const machines = (await server.ask('GET', '/v1/vms', { key: key.text })).json.length;
  for (const answer of [
    await makeVm('reused', { memory_mb: 256 }),
    await post('/v1/sessions/session', { memory_mb: 128 }, 'reused'),
  ]) {
    assert.deepEqual([answer.status, answer.json.code], [409, 'idempotency_key_reused']);
  }
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).json.length, machines);
});

test('the other request is refused also while the first is carried out', async () => {
  const json = { session_id: await session(), command: 'sleep 0.4', language: 'bash' };
  const rows = (await kept()).length;
  const first = post('/execute', json, 'reused-meanwhile');
  await until(async () => (await kept()).length > rows);
  const other = await post('/execute', { ...json, command: 'echo' }, 'reused-meanwhile');
  assert.deepEqual([other.status, other.json.code], [409, 'idempotency_key_reused']);
  assert.equal((await first).status, 200);
});

test('what was refused is not remembered: put right, or when there is room again, it works', async () => {
  assert.equal((await makeVm('put-right', { memory_mb: 1 })).status, 422);
  assert.equal((await makeVm('put-right', { memory_mb: 128 })).status, 201);
  const name = { name: 'taken', role: 'developer' };
  await post('/v1/service-accounts', name, 'taken-1');
  assert.equal((await post('/v1/service-accounts', name, 'taken-2')).status, 409);
  const free = await post('/v1/service-accounts', { ...name, name: 'free' }, 'taken-2');
  assert.equal(free.status, 201, free.text);
});

test('security: callers with the same Idempotency-Key are strangers: other key, other account, person', async () => {
  const eve = await (await server.person('Eve')).key();
  const sibling = await ada.key();
  const answers = [
    await makeVm('shared'),
    await makeVm('shared', {}, { key: eve.text }),
    await makeVm('shared', {}, { key: sibling.text }),
    await server.ask('POST', '/app/v1/vms', {
      cookie: ada.cookie,
      json: {},
      headers: { 'idempotency-key': 'shared' },
    }),
  ];
  assert.equal(new Set(answers.map(({ json }) => json.vm_id)).size, 4);
  assert.equal((await makeVm('shared')).json.vm_id, answers[0]!.json.vm_id, 'control');
});

test('security: who may no more, gets no answer again: revoked, without the scope, suspended', async () => {
  const revoked = await ada.key();
  assert.equal((await makeVm('dead', {}, { key: revoked.text })).status, 201);
  await server.ask('DELETE', `/v1/api-keys/${revoked.id}`, { key: key.text });
  assert.equal((await makeVm('dead', {}, { key: revoked.text })).status, 401);

  const narrowed = await ada.key();
  assert.equal((await makeVm('dead', {}, { key: narrowed.text })).status, 201);
  const scopes = { key: key.text, json: { scopes: ['vms:read'] } };
  assert.equal((await server.ask('PATCH', `/v1/api-keys/${narrowed.id}`, scopes)).status, 200);
  assert.equal((await makeVm('dead', {}, { key: narrowed.text })).status, 403);

  const member = await joined(server, ada, 'Mia', 'developer');
  const theirs = await member.key();
  assert.equal((await makeVm('dead', {}, { key: theirs.text })).status, 201);
  await server.ask('POST', `/v1/members/${member.id}/suspend`, { key: key.text });
  assert.equal((await makeVm('dead', {}, { key: theirs.text })).status, 401);
});

test('security: what is kept is sealed: no answer, no request and no Idempotency-Key is in the data folder', async () => {
  const json = { session_id: await session(), command: 'print("canary", "of", "output")' };
  const first = await post('/execute', json, 'canary-of-the-key');
  assert.equal(first.json.stdout, 'canary of output\n');
  const again = await post('/execute', json, 'canary-of-the-key');
  assert.equal(again.headers.get('idempotency-replayed'), 'true', 'control: it is kept');
  assert.ok(filesHolding(server.dataDir, json.session_id).length > 0, 'control: the search finds');
  for (const text of ['canary of output', '"canary", "of"', 'canary-of-the-key']) {
    assert.deepEqual(filesHolding(server.dataDir, text), [], text);
  }
});

test('security: a row that is moved to another caller opens for nobody, and nothing is done again', async () => {
  const thief = await ada.key();
  await makeVm('moved');
  const row = (await kept()).find(({ caller }) => caller.startsWith(`api_key:${key.id}@`))!;
  const caller = row.caller.replace(`:${key.id}@`, `:${thief.id}@`);
  const mine = (await kept()).filter((entry) => entry.caller === row.caller);
  await db
    .insertInto('repeated_answer')
    .values(mine.map((entry) => ({ ...entry, caller })))
    .execute();
  const answer = await makeVm('moved', {}, { key: thief.text });
  assert.deepEqual([answer.status, answer.json.code], [409, 'idempotency_key_in_doubt']);
  assert.equal(answer.text.includes('vm_id'), false);
});

test('an Idempotency-Key that is none is refused by name, and does nothing', async () => {
  for (const bad of ['x'.repeat(256), 'two words', 'a, b', 'tab\there']) {
    const answer = await makeVm(bad);
    assert.equal(answer.status, 422, bad);
    assert.deepEqual(answer.json.detail[0].loc, ['header', 'Idempotency-Key']);
  }
  const empty = await server.raw(
    [
      'POST /v1/vms HTTP/1.1',
      `X-API-Key: ${key.text}`,
      'Idempotency-Key: ',
      'Content-Type: application/json',
      'Content-Length: 2',
    ],
    '{}',
  );
  assert.match(empty, /^HTTP\/1\.1 422 /);
  const twice = await server.raw(
    [
      'POST /v1/vms HTTP/1.1',
      `X-API-Key: ${key.text}`,
      'Idempotency-Key: a',
      'Idempotency-Key: b',
      'Content-Type: application/json',
      'Content-Length: 2',
    ],
    '{}',
  );
  assert.match(twice, /^HTTP\/1\.1 422 /);
});

test('an answer larger than what is kept is given once; repeated, nothing is done and it says so', async () => {
  const json = { session_id: await session(), command: `echo ${'x'.repeat(600_000)}`, language: 'bash' };
  const first = await post('/execute', json, 'large');
  assert.equal(first.json.stdout.length, 600_001);
  const again = await post('/execute', json, 'large');
  assert.deepEqual([again.status, again.json.code], [409, 'idempotency_answer_not_kept']);
  const smaller = { ...json, command: `echo ${'x'.repeat(200_000)}` };
  await post('/execute', smaller, 'not-so-large');
  const replay = await post('/execute', smaller, 'not-so-large');
  assert.equal(replay.headers.get('idempotency-replayed'), 'true', 'control');
});

test('what is over is forgotten by itself, what is not known stays for a day', async () => {
  await makeVm('forgotten');
  const at = (ms: number) => new Date(server.world.now() + ms).toISOString();
  await forgetRepeatedAnswers(db, at(10 * 60_000 - 1000));
  assert.ok((await kept()).length > 0);
  await forgetRepeatedAnswers(db, at(10 * 60_000 + 1));
  assert.equal((await kept()).length, 0);
});

/** The same without HTTP, where the test decides when a request ends. */
function withoutHttp(waitMs: number, maxBytes = { answer: 1000, account: 100_000 }) {
  const store = new RepeatedStore({ ...server.deps, maxBytes });
  const repeated = new RepeatedAnswers({ store, waitMs });
  const context = (idempotencyKey: string) =>
    ({
      ...{ principal: { kind: 'person', personId: ada.id, accountId: ada.accountId }, idempotencyKey },
      ...{ address: '127.0.0.1', requestId: 'r', isReplay: false, log: { error: () => {} } },
    }) as unknown as RequestContext;
  return (idempotencyKey: string, work: () => Promise<unknown>, on = repeated) =>
    on.once(context(idempotencyKey), executions.run, {}, work);
}

test('a second request waits no longer than it may, and the first goes on', async () => {
  const once = withoutHttp(20);
  const { promise, resolve } = Promise.withResolvers<object>();
  const first = once('slow', () => promise);
  await assert.rejects(
    once('slow', async () => assert.fail('done twice')),
    {
      code: 'idempotency_key_in_use',
      options: { headers: { 'retry-after': '1' } },
    },
  );
  resolve({ n: 1 });
  assert.deepEqual(await first, new JsonText('{"n":1}'));
  assert.deepEqual(await once('slow', async () => assert.fail('done twice')), new JsonText('{"n":1}'));
});

test('those that waited for a request that was refused try in turn, one at a time', async () => {
  const once = withoutHttp(5000);
  let atOnce = 0;
  let tries = 0;
  const answers = await Promise.allSettled(
    Array.from({ length: 5 }, () =>
      once('in-turn', async () => {
        assert.equal(++atOnce, 1);
        await new Promise(setImmediate);
        atOnce -= 1;
        if (++tries < 3) throw new ApiError('capacity_full', 'no room');
        return { tries };
      }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [
    ...['fulfilled', 'fulfilled', 'fulfilled'],
    ...['rejected', 'rejected'],
  ]);
  assert.equal(tries, 3);
});

for (const [what, error] of [
  ['an unforeseen mistake', new Error('oh')],
  ['a machine that fell silent', new ApiError('guest_unreachable', 'silent', { isOutcomeUnknown: true })],
] as const) {
  test(`after ${what} the outcome is unknown, and it is not done again`, async () => {
    const once = withoutHttp(20);
    await assert.rejects(
      once(what.replaceAll(' ', '-'), () => Promise.reject(error)),
      error,
    );
    await assert.rejects(
      once(what.replaceAll(' ', '-'), async () => assert.fail('done twice')),
      {
        code: 'idempotency_key_in_doubt',
      },
    );
  });
}

test('the answers that are kept for an account are bounded together', async () => {
  const once = withoutHttp(20, { answer: 300_000, account: 450_000 });
  const large = { text: 'x'.repeat(200_000) };
  const outcomes = [];
  for (const n of [1, 2, 3]) {
    await once(`many-${n}`, async () => large);
    outcomes.push(
      await once(`many-${n}`, async () => assert.fail()).then(
        () => 'kept',
        (error) => error.code,
      ),
    );
  }
  assert.deepEqual(outcomes, ['kept', 'kept', 'idempotency_answer_not_kept']);
  await once('small', async () => ({ n: 1 }));
  assert.ok(await once('small', async () => assert.fail()), 'a small one always has room');
});
