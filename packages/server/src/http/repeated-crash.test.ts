import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startProgram } from '../testing/program.ts';
import { startServer } from '../testing/server.ts';
import { until } from '../testing/until.ts';

test('kill -9 in the middle of a request: its retry is told that the outcome is unknown, and nothing runs twice', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const { text: key } = await (await first.person('Ada')).key();
  await first.close();

  const send = async (url: string, path: string, body: object, idempotencyKey?: string) => {
    const headers = { 'x-api-key': key, 'content-type': 'application/json' };
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: idempotencyKey ? { ...headers, 'idempotency-key': idempotencyKey } : headers,
      body: JSON.stringify(body),
    });
    return {
      status: answer.status,
      replayed: answer.headers.get('idempotency-replayed'),
      json: (await answer.json()) as Record<string, string>,
    };
  };
  const program = await startProgram(t, dataDir);
  const { session_id } = (await send(program.url, '/v1/vms', {})).json;
  const answered = await send(program.url, '/v1/vms', {}, 'answered');
  const run = { session_id, command: 'sleep 60', language: 'bash' };
  const cutOff = send(program.url, '/execute', run, 'cut-off').then(
    () => assert.fail('it was answered'),
    () => {},
  );
  const database = new DatabaseSync(join(dataDir, 'instavm.db'), { readOnly: true });
  const rows = () => database.prepare('select 1 from repeated_answer').all().length;
  await until(() => rows() === 2);
  await program.stop('SIGKILL');
  await cutOff;
  database.close();

  const next = await startProgram(t, dataDir);
  const again = await send(next.url, '/v1/vms', {}, 'answered');
  assert.deepEqual([again.status, again.replayed], [201, 'true'], 'what was answered is answered again');
  assert.equal(again.json.vm_id, answered.json.vm_id);

  const retry = await send(next.url, '/execute', run, 'cut-off');
  assert.deepEqual([retry.status, retry.json.code], [409, 'idempotency_key_in_doubt']);
  assert.match(retry.json.detail!, /cut off.*not known.*Look whether.*new Idempotency-Key/s);
  const other = await send(next.url, '/execute', { ...run, command: 'echo' }, 'cut-off');
  assert.equal(other.json.code, 'idempotency_key_reused', 'known by its request even so');
  await next.stop('SIGTERM');
});
