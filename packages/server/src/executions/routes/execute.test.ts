import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { executions } from '@instavm/contract';
import { startServer, withoutRequestId } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const key = (await ada.key()).text;
const bobs = (await (await server.person('Bob')).key()).text;
const { session_id } = (
  await server.ask('POST', '/v1/sessions/session', {
    json: { api_key: key, env: { COLOUR: 'green' }, vm_lifetime_seconds: 86_400 },
  })
).json;

const run = (json: Record<string, unknown>, by = key) =>
  server.ask('POST', '/execute', { key: by, json: { session_id, ...json } });

test('a program answers with its output, its exit code and its times', async () => {
  const { status, json } = await run({ command: 'print("a", 1 + 1)' });
  assert.equal(status, 200);
  const parsed = executions.run.response.body.parse(json);
  assert.deepEqual(
    [parsed.stdout, parsed.output, parsed.stderr, parsed.exit_code, parsed.session_id],
    ['a 2\n', 'a 2\n', '', 0, session_id],
  );
  assert.ok(parsed.execution_time >= 0 && parsed.cpu_time >= 0);
});

test('Python keeps its variables from one call to the next', async () => {
  await run({ command: 'answer = 41' });
  assert.equal((await run({ command: 'print(answer + 1)', language: 'python' })).json.stdout, '42\n');
});

test('bash runs too, stdout and stderr apart, with the environment of the machine', async () => {
  const { json } = await run({ command: 'echo "$COLOUR"; echo bad >&2; exit 3', language: 'bash' });
  assert.deepEqual([json.stdout, json.stderr, json.exit_code], ['green\n', 'bad\n', 3]);
});

test('a failing program is a result, not an error', async () => {
  const { status, json } = await run({ command: 'print(none_such)' });
  assert.equal(status, 200);
  assert.equal(json.exit_code, 1);
  assert.match(json.stderr, /NameError/);
});

test('a program that takes too long is ended shortly before the client gives up, and the session goes on', async () => {
  const beginMs = performance.now();
  const { status, json } = await run({ command: 'sleep 30', language: 'bash', timeout: 0.6 });
  const tookMs = performance.now() - beginMs;
  assert.deepEqual([status, json.exit_code], [200, 124]);
  assert.match(json.stderr, /time-out/);
  assert.ok(tookMs >= 250 && tookMs < 5000, `${tookMs} ms`);
  assert.equal((await run({ command: 'print(1)' })).json.stdout, '1\n');
});

test('an unknown language, an empty command, an impossible time-out and a missing session are 422', async () => {
  for (const [json, field] of [
    [{ command: 'x', language: 'ruby' }, 'language'],
    [{ command: '' }, 'command'],
    [{}, 'command'],
    [{ command: 7 }, 'command'],
    [{ command: 'x', timeout: 0 }, 'timeout'],
    [{ command: 'x', timeout: '5' }, 'timeout'],
    [{ command: 'x', session_id: null }, 'session_id'],
    [{ command: 'x', session_id: undefined }, 'session_id'],
  ] as const) {
    for (const path of ['/execute', '/execute_async']) {
      const answer = await server.ask('POST', path, { key, json: { session_id, ...json } });
      assert.equal(answer.status, 422, JSON.stringify(json));
      assert.deepEqual(answer.json.detail[0].loc, ['body', field]);
    }
  }
});

test('a started program is asked for until it is complete', async () => {
  const started = await server.ask('POST', '/execute_async', {
    key,
    json: { session_id, command: 'echo later; echo bad >&2; exit 2', language: 'bash' },
  });
  assert.deepEqual([started.status, started.json.status], [202, 'running']);
  const ask = () => server.ask('GET', `/v1/executions/${started.json.task_id}`, { key });
  let answer = await ask();
  while (!answer.json.is_complete) answer = await ask();
  const task = executions.get.response.body.parse(answer.json);
  assert.deepEqual(
    [task.stdout, task.serialized_stdout, task.stderr, task.serialized_stderr, task.exit_code],
    ['later\n', 'later\n', 'bad\n', 'bad\n', 2],
  );
});

test("security: another account's execution is the same 404 as one that never was", async () => {
  const { task_id } = (
    await server.ask('POST', '/execute_async', { key, json: { session_id, command: 'print("mine")' } })
  ).json;
  const ask = (id: string, by: string) => server.ask('GET', `/v1/executions/${id}`, { key: by });
  const reference = await ask('00000000-0000-4000-8000-000000000000', bobs);
  assert.deepEqual([reference.status, reference.json.code], [404, 'execution_not_found']);
  for (const id of [task_id, 'x', '1', '9'.repeat(300)]) {
    assert.equal(withoutRequestId((await ask(id, bobs)).text), withoutRequestId(reference.text), id);
  }
  assert.equal((await ask(task_id, key)).status, 200, 'control');
  const testing = (await ada.key({ environment: 'testing' })).text;
  assert.equal((await ask(task_id, testing)).status, 404, 'a key of an environment sees only its own');
});

test('a machine that dies in mid-work is 410 when its session ended', async () => {
  const other = (await server.ask('POST', '/v1/sessions/session', { json: { api_key: key } })).json;
  const running = server.ask('POST', '/execute', {
    key,
    json: { session_id: other.session_id, command: 'sleep 1; echo done', language: 'bash' },
  });
  await server.ask('POST', '/kill', { key, json: { session_id: other.session_id } });
  const answer = await running;
  assert.deepEqual([answer.status, answer.json.code], [410, 'session_expired'], answer.text);
});

test('the output of a program is in no log', async () => {
  await run({ command: 'print("very private")' });
  assert.equal(server.logged.join('').includes('very private'), false);
});
