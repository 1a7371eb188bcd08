import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sessions } from '@instavm/contract';
import { startServer } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const key = (await ada.key()).text;
const testing = (await ada.key({ environment: 'testing' })).text;
const bobs = (await (await server.person('Bob')).key()).text;

const start = async (metadata: Record<string, string> = {}, by = key, more = {}): Promise<string> => {
  const json = { api_key: by, memory_mb: 128, metadata, ...more };
  const answer = await server.ask('POST', '/v1/sessions/session', { json });
  assert.equal(answer.status, 201, answer.text);
  server.world.advance(10);
  return answer.json.session_id;
};
const list = (query: Record<string, string> = {}, by = key) =>
  server.ask('GET', `/v1/sessions/sandboxes?${new URLSearchParams(query)}`, { key: by });
const idsOf = async (query: Record<string, string> = {}, by = key): Promise<string[]> => {
  const answer = await list(query, by);
  assert.equal(answer.status, 200, answer.text);
  return sessions.listSandboxes.response.body.parse(answer.json).map(({ session_id }) => session_id);
};

test('without sessions it is an empty array', async () => {
  assert.deepEqual((await list()).json, []);
});

test('sessions that live are listed, the newest first, as each is shown; ended ones are not', async () => {
  const [one, two, three] = [await start(), await start(), await start({}, key, { vm_lifetime_seconds: 20 })];
  assert.deepEqual(await idsOf(), [three, two, one]);
  const [newest] = (await list()).json;
  assert.deepEqual(newest, (await server.ask('GET', `/v1/sessions/session/${three}`, { key })).json);
  await server.ask('POST', '/kill', { key, json: { session_id: two } });
  server.world.advance(20_000);
  assert.deepEqual(await idsOf(), [one], 'one is killed, one is over though the sweep may not have come');
  await server.ask('POST', '/kill', { key, json: { session_id: one } });
});

test('all entries of the filter have to be there, each with the same text', async () => {
  const ab = await start({ team: 'a', run: '1' });
  const a = await start({ team: 'a' });
  const none = await start();
  const by = (metadata: unknown) => idsOf({ metadata: JSON.stringify(metadata) });
  assert.deepEqual(await by({}), [none, a, ab]);
  assert.deepEqual(await by({ team: 'a' }), [a, ab]);
  assert.deepEqual(await by({ team: 'a', run: '1' }), [ab]);
  assert.deepEqual(await by({ team: 'A' }), []);
  assert.deepEqual(await by({ team: 'a', run: '' }), []);
  assert.deepEqual(await by({ toString: 'x' }), []);
  assert.deepEqual(await idsOf({ limit: '2' }), [none, a]);
  assert.deepEqual(
    await idsOf({ limit: '1', metadata: '{"team":"a"}' }),
    [a],
    'the limit is of those that fit',
  );
});

test('a filter that is no JSON object of texts, and a limit out of range, are 422 that say what is wrong', async () => {
  for (const [metadata, said] of [
    ['', /is not JSON/],
    ['team=a', /is not JSON/],
    ['[]', /not an object/],
    ['null', /not an object/],
    ['"a"', /not an object/],
    ['{"a":1}', /the value of "a" is not a text/],
    ['{"a":"x","b":{"c":"d"}}', /the value of "b" is not a text/],
  ] as const) {
    const { status, json } = await list({ metadata });
    assert.equal(status, 422, metadata);
    assert.deepEqual(json.detail[0].loc, ['query', 'metadata']);
    assert.match(json.detail[0].msg, said, metadata);
  }
  for (const limit of ['0', '1001', 'x', '-1', '1e3', '']) {
    assert.equal((await list({ limit })).status, 422, limit);
  }
  for (const limit of ['1', '1000']) assert.equal((await list({ limit })).status, 200, limit);
});

test('security: another account sees none of them, a key of an environment those of it alone', async () => {
  const ours = await start({ env: 'x' });
  const tested = await start({ env: 'x' }, testing);
  assert.deepEqual(await idsOf({}, bobs), []);
  assert.deepEqual(await idsOf({ metadata: '{"env":"x"}' }, testing), [tested]);
  assert.deepEqual(await idsOf({ metadata: '{"env":"x"}' }), [tested, ours], 'control');
});
