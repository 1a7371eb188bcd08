import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { startServer } from '../../testing/server.ts';

const server = await startServer({ after });
const key = (await (await server.person('Ada')).key()).text;
const { session_id } = (
  await server.ask('POST', '/v1/sessions/session', { json: { api_key: key, vm_lifetime_seconds: 86_400 } })
).json;

async function upload(
  remotePath: string | null,
  content: Buffer | null,
  session: string | null = session_id,
) {
  const body = new FormData();
  if (remotePath !== null) body.set('remote_path', remotePath);
  if (session !== null) body.set('session_id', session);
  if (content !== null) body.set('file', new Blob([new Uint8Array(content)]), 'local.bin');
  return server.ask('POST', '/upload', { key, body });
}

const download = (fields: Record<string, string>) =>
  server.ask('POST', '/download', { key, body: new URLSearchParams(fields) });

test('a file comes back byte for byte, whatever is in it', async () => {
  for (const content of [
    Buffer.from('hello\n'),
    Buffer.alloc(1),
    randomBytes(300_000),
    Buffer.from('--x\r\n\r\n--x--'),
  ]) {
    const up = await upload('/tmp/a.bin', content);
    assert.deepEqual(
      [up.status, up.json],
      [200, { status: 'success', path: '/tmp/a.bin', size: content.length }],
    );
    const down = await download({ filename: '/tmp/a.bin', session_id });
    assert.equal(down.status, 200);
    assert.equal(down.json.size, content.length);
    assert.ok(Buffer.from(down.json.content, 'base64').equals(content));
  }
});

test('an empty file is a file, and its content is not an empty text, which clients take for an absent one', async () => {
  assert.equal((await upload('/tmp/empty', Buffer.alloc(0))).json.size, 0);
  const { json } = await download({ filename: '/tmp/empty', session_id });
  assert.deepEqual([json.status, json.size, Buffer.from(json.content, 'base64').length], ['success', 0, 0]);
  assert.notEqual(json.content, '');
});

test('a file that is not there is 404', async () => {
  const answer = await download({ filename: '/tmp/none-such', session_id });
  assert.deepEqual([answer.status, answer.json.code], [404, 'file_not_found']);
});

test('an upload without its parts, its session or a path is 422 with the place', async () => {
  const one = Buffer.from('x');
  for (const [answer, field] of [
    [await upload(null, one), 'remote_path'],
    [await upload('', one), 'remote_path'],
    [await upload('/a', null), 'file'],
    [await upload('/a', one, null), 'session_id'],
    [await upload('/tmp/', one), 'path'],
    [await download({ session_id }), 'filename'],
    [await download({ filename: '/a' }), 'session_id'],
  ] as const) {
    assert.equal(answer.status, 422, answer.text);
    assert.deepEqual(answer.json.detail[0].loc, ['body', field]);
  }
});

test('an upload that breaks off leaves nothing behind: no file in the machine, none on the host', async () => {
  const part = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const start =
    part('remote_path', '/tmp/broken') +
    part('session_id', session_id) +
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nonly the beginning';
  const answer = await server.ask('POST', '/upload', {
    key,
    body: start,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  assert.deepEqual([answer.status, answer.json.code], [400, 'malformed_request'], answer.text);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const head = [
    'POST /upload HTTP/1.1',
    'Host: a',
    `X-API-Key: ${key}`,
    'Content-Type: multipart/form-data; boundary=x',
  ];
  socket.write(`${[...head, 'Content-Length: 100000'].join('\r\n')}\r\n\r\n${start}`);
  socket.end();
  await textOf(socket).catch(() => {});
  while (readdirSync(join(server.dataDir, 'uploads')).length > 0) await new Promise(setImmediate);
  assert.equal((await download({ filename: '/tmp/broken', session_id })).status, 404);
  assert.equal((await upload('/tmp/whole', Buffer.from('x'))).status, 200, 'control');
});

test('nothing of an upload stays on the host once it is in the machine', async () => {
  await upload('/tmp/a', randomBytes(100_000));
  assert.deepEqual(readdirSync(join(server.dataDir, 'uploads')), []);
});

test('many files at the same time arrive each whole', async () => {
  const contents = Array.from({ length: 12 }, () => randomBytes(50_000));
  await Promise.all(contents.map((content, n) => upload(`/tmp/many-${n}`, content)));
  for (const [n, content] of contents.entries()) {
    const { json } = await download({ filename: `/tmp/many-${n}`, session_id });
    assert.ok(Buffer.from(json.content, 'base64').equals(content), `file ${n}`);
  }
});
