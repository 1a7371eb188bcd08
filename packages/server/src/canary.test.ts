import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { test } from 'node:test';
import { operations } from '@instavm/contract';
import { filesWith, holds, writingsOf } from './testing/canary.ts';
import { filesHolding, temporaryFolder } from './testing/folder.ts';
import { runProgram, startProgram } from './testing/program.ts';
import { PASSWORD, testKey } from './testing/server.ts';

const EMAIL = 'ada@example.com';

const percent = (text: string) => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');

/** Requests with a key in each place that a request has, as they stand on the wire. `own` is a key to get in with. */
function shapes(key: string, own: string): string[] {
  const host = 'Host: 127.0.0.1\r\nConnection: close\r\n';
  const mine = `X-API-Key: ${own}\r\n`;
  const get = (target: string, lines = '') => `GET ${target} HTTP/1.1\r\n${host}${lines}\r\n`;
  const send = (method: string, target: string, type: string, body: string, lines = mine) =>
    `${method} ${target} HTTP/1.1\r\n${host}${lines}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const json = (target: string, value: unknown, lines = mine) =>
    send('POST', target, 'application/json', JSON.stringify(value), lines);
  const part = (name: string, content: string, file = '') =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
  const multipart = (...parts: string[]) =>
    send('POST', '/upload', 'multipart/form-data; boundary=b', `${parts.join('')}--b--\r\n`);
  const upgrade =
    'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
  const sockets = operations.filter(({ socket }) => socket).map(({ path }) => path.replace(/\{\w+\}/g, 'x'));
  return [
    // Where it belongs.
    get('/v1/vms', `X-API-Key: ${key}\r\n`),
    get('/v1/whoami', `Authorization: Bearer ${key}\r\n`),
    get('/v1/users/me', `X-API-Key: ${key}\r\nAuthorization: Bearer ${key}\r\n`),
    json('/v1/sessions/session', { api_key: key }, ''),
    json('/v1/api-keys/introspect', { key }),
    ...sockets.flatMap((path) => [
      get(`${path}?api_key=${key}`, upgrade),
      get(path, `${upgrade}X-API-Key: ${key}\r\n`),
      get(path, `${upgrade}Sec-WebSocket-Protocol: ${key}\r\n`),
    ]),
    // Where it does not: headers.
    ...[
      'Cookie: a=',
      'Referer: http://x/?k=',
      'User-Agent: ',
      'X-Request-Id: ',
      'Idempotency-Key: ',
      'X-Forwarded-For: ',
      'Forwarded: for=',
      'Origin: http://',
      'Accept: ',
      'Accept-Language: ',
      'If-None-Match: ',
      'Range: ',
      'Traceparent: ',
      'Authorization: Basic ',
      'Proxy-Authorization: Bearer ',
      'X-API-Keys: ',
    ].map((line) => get('/v1/vms', `${mine}${line}${key}\r\n`)),
    json('/v1/api-keys/', {}, `${mine}Idempotency-Key: ${key}\r\n`),
    get('/v1/vms', `${key}: x\r\n`),
    get('/v1/vms', `X-API-Key: ${key}\r\nX-API-Key: ${own}\r\n`),
    get('/v1/vms', `X-API-Key : ${key}\r\n`),
    get('/v1/vms', `X-API-Key:\r\n ${key}\r\n`),
    get('/v1/vms', `X-API-Key: ${key}\0\r\n`),
    get('/v1/vms', `X-API-Key: ${key}\r\nA: ${'x'.repeat(17_000)}\r\n`),
    `GET /v1/vms HTTP/1.1\r\nHost: ${key}\r\nConnection: close\r\n${mine}\r\n`,
    // The address and the line of the request.
    ...[key, percent(key), encodeURIComponent(percent(key)), `${key}/..`, `%zz${key}`].flatMap((text) => [
      get(`/v1/vms/${text}`, mine),
      get(`/v1/vms?api_key=${text}`),
      get(`/${text}`, mine),
      get(`/app/v1/vms?x=${text}`),
      get(`/first-run?token=${text}`),
      get(`/docs/${text}`),
    ]),
    get(`http://user:${key}@127.0.0.1/v1/vms`, mine),
    `${key} / HTTP/1.1\r\n${host}\r\n`,
    `GET / ${key}\r\n${host}\r\n`,
    `TRACE /v1/vms HTTP/1.1\r\n${host}X-API-Key: ${key}\r\n\r\n`,
    // Bodies.
    json('/v1/api-keys/', { label: key }),
    json('/v1/api-keys/', { description: `it is ${key}.`, owner: key }),
    json('/v1/api-keys/', { [key]: key }),
    json('/v1/api-keys/', {
      scopes: [key],
      allowed_cidrs: [key],
      environment: key,
      expires_at: key,
      rate_limit: key,
    }),
    json('/v1/vms', { metadata: { a: key }, environment: { TOKEN: key } }),
    json('/v1/ssh-keys', { public_key: key }),
    json('/v1/invitations', { email: `${key}@example.com`, role: key }),
    json('/v1/service-accounts', { name: key, role: 'viewer' }),
    json('/execute', { session_id: key, command: key, language: key }),
    json('/kill', { session_id: key }),
    json('/v1/api-keys/1/explain', { action: key, resource: key }),
    json('/app/auth/sign-in/email', { email: key, password: key }, `Origin: http://127.0.0.1\r\n`),
    json('/app/auth/sign-up', { name: key, email: `${key}@example.com`, password: key }, ''),
    send('POST', '/v1/api-keys/', 'application/json', `{"label":"${key}"`),
    send('POST', '/v1/api-keys/', 'application/json', `${key}`),
    send('POST', '/v1/sessions/session', 'application/json', `{"api_key":"${key}",}`),
    send('POST', '/v1/api-keys/', 'text/plain', key),
    send('POST', '/v1/api-keys/', 'application/xml', `<k>${key}</k>`),
    send('POST', '/v1/api-keys/', key, '{}'),
    send('POST', '/v1/api-keys/', 'application/x-www-form-urlencoded', `api_key=${key}&${key}=1`),
    send('POST', '/oauth/token', 'application/x-www-form-urlencoded', `subject_token=${key}`),
    multipart(part('session_id', key), part('path', key), part('file', key, `; filename="${key}"`)),
    multipart(part(key, key)),
    send('POST', '/upload', `multipart/form-data; boundary=${key}`, `--${key}\r\nbroken`),
    `POST /v1/api-keys/ HTTP/1.1\r\n${host}${mine}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-API-Key: ${key}\r\n\r\n`,
    `POST /v1/api-keys/ HTTP/1.1\r\n${host}${mine}Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"label":"${key}"`,
    // At last: what ends it.
    json('/v1/api-keys/report-leak', { key }, ''),
  ];
}

/** The whole answer, headers included; what waits for more is cut off. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.setTimeout(1500, () => socket.destroy());
  socket.write(Buffer.from(bytes, 'latin1'));
  return textOf(socket).catch(() => '');
}

test('abuse case 40: a key in every place of a request leaves no trace: log, database, WAL, backup, errors, process', async (t) => {
  const dataDir = temporaryFolder(t);
  const folder = temporaryFolder(t);
  const tool = async (args: string, input = '') => {
    const { code, stdout, stderr } = await runProgram([...args.split(' '), '--data-dir', dataDir], {}, input);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  const own = await tool(`keys create --email ${EMAIL} --label own`);
  const program = await startProgram(t, dataDir);
  const port = Number(new URL(program.url).port);
  const made = await fetch(`${program.url}/v1/api-keys/`, {
    method: 'POST',
    headers: { 'x-api-key': own, 'content-type': 'application/json', 'idempotency-key': 'once' },
    body: '{}',
  });
  const canary = testKey((await made.json()) as { id: number; full_key: string });
  const writings = writingsOf(canary.secret);

  const answers: string[] = [];
  const all = shapes(canary.text, own);
  for (const bytes of all) answers.push(await exchange(port, bytes));
  const dead = await exchange(port, shapes(canary.text, own)[0]!);
  assert.match(dead, /"code":"key_revoked"/, 'control: the last shape has ended the key, so it was read');
  const statuses = new Set(answers.map((answer) => answer.slice(9, 12)));
  for (const status of ['200', '201', '400', '401', '404', '405', '413', '415', '422', '431', '501']) {
    if (status !== '413') assert.ok(statuses.has(status), `control: some shape is answered ${status}`);
  }
  // An audit row and a notice tell of it; a refused request is in the trail too.
  await fetch(`${program.url}/v1/audit/export`, { headers: { 'x-api-key': own } }).then(async (exported) => {
    assert.equal(exported.status, 200);
    const text = await exported.text();
    assert.match(text, /api_key\.(seen_in_url|leaked)/, 'control: the trail tells of it');
    answers.push(text);
  });

  for (const [at, answer] of answers.entries()) {
    const shown = (all[at] ?? 'export').replaceAll(canary.text, '<key>').slice(0, 120);
    assert.equal(holds(answer, writings), false, `an answer repeats it: ${shown}`);
  }
  assert.deepEqual(filesWith(dataDir, writings), [], 'while the server runs: database, WAL, everything');
  await tool(`backup ${join(folder, 'open.tar')}`);
  const { pid } = program;
  for (const file of existsSync('/proc/self/environ') ? ['cmdline', 'environ'] : []) {
    const bytes = readFileSync(`/proc/${pid}/${file}`);
    assert.notEqual(bytes.length, 0, 'control');
    assert.equal(holds(bytes, writings), false, file);
  }
  assert.equal(await program.stop('SIGTERM'), 0);
  await tool(`backup ${join(folder, 'closed.tar')}`);
  const printed = (await tool('keys list --json')) + (await tool('keys list')) + (await tool('audit list'));
  assert.deepEqual([...filesWith(dataDir, writings), ...filesWith(folder, writings)], []);
  for (const [what, text] of [
    ['stdout', program.output()],
    ['log', program.log()],
    ['tool', printed],
  ] as const) {
    assert.notEqual(text, '');
    assert.equal(holds(text, writings), false, what);
  }

  // Controls: the public part is found by the same look, and a file that does hold the key too.
  assert.notDeepEqual(filesHolding(dataDir, canary.publicId), []);
  assert.equal(filesHolding(folder, canary.publicId).length, 2);
  for (const [name, text] of [
    ['plain', canary.text],
    ['percent', percent(canary.text)],
    ['base64', Buffer.from(`Basic x:${canary.text}`).toString('base64')],
    ['numbers', JSON.stringify(Buffer.from(canary.text))],
    ['cut', canary.text.slice(0, 40)],
  ] as const) {
    writeFileSync(join(folder, name), text);
    assert.ok(filesWith(folder, writings).includes(join(folder, name)), `control: ${name}`);
  }
});
