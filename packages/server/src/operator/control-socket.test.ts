import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import type { OperatorCommands } from './commands.ts';
import { askServer, ServerUnreachableError, serveControl } from './control-socket.ts';
import { OperatorError } from './operator-error.ts';

const logged: unknown[] = [];

const commands = {
  status: async () => ({ people: 7 }),
  keysRevoke: async ({ id }: { id: string }) => {
    throw new OperatorError(`There is no API key ${id}.`);
  },
  keysList: async () => {
    throw new TypeError('a mistake of ours');
  },
} as unknown as OperatorCommands;

test('a command is answered with its result, a refusal with its line', async (t) => {
  const folder = temporaryFolder(t);
  const control = await serveControl(folder, commands, {
    error: (entry: unknown) => void logged.push(entry),
  });
  t.after(() => control.close());
  assert.deepEqual(await askServer(folder, 'status', {}), { people: 7 });
  await assert.rejects(
    askServer(folder, 'keysRevoke', { id: '9' }),
    new OperatorError('There is no API key 9.'),
  );
  await assert.rejects(askServer(folder, 'none' as never, {}), OperatorError);
});

test('a command that fails unexpectedly is a refusal, and the server goes on', async (t) => {
  const folder = temporaryFolder(t);
  const control = await serveControl(folder, commands, {
    error: (entry: unknown) => void logged.push(entry),
  });
  t.after(() => control.close());
  await assert.rejects(askServer(folder, 'keysList', {}), OperatorError);
  assert.equal(logged.length, 1);
  assert.deepEqual(await askServer(folder, 'status', {}), { people: 7 });
});

test('a caller that breaks off or sends nonsense does no harm', async (t) => {
  const folder = temporaryFolder(t);
  const control = await serveControl(folder, commands, {
    error: (entry: unknown) => void logged.push(entry),
  });
  t.after(() => control.close());
  const { socket } = JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8'));
  const head = 'POST /status HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ';
  const cut = connect(socket);
  cut.write(`${head}100\r\n\r\n{"a`, () => cut.destroy());
  await new Promise((resolve) => cut.on('close', resolve));
  for (const body of ['{broken', 'null', '[]']) {
    const one = connect(socket);
    one.write(`${head}${body.length}\r\n\r\n${body}`);
    assert.match(await textOf(one), /^HTTP\/1\.1 200/, body);
  }
  assert.deepEqual(await askServer(folder, 'status', {}), { people: 7 });
});

test('security: only this user can open the socket', async (t) => {
  const folder = temporaryFolder(t);
  const control = await serveControl(folder, commands, {
    error: (entry: unknown) => void logged.push(entry),
  });
  t.after(() => control.close());
  const { socket } = JSON.parse(readFileSync(join(folder, 'control.json'), 'utf8'));
  for (const file of [socket, join(folder, 'control.json')]) {
    assert.equal(statSync(file).mode & 0o077, 0, file);
  }
});

test('a folder whose path is too long for a socket works too', async (t) => {
  const folder = join(temporaryFolder(t), 'x'.repeat(120));
  mkdirSync(folder, { mode: 0o700 });
  const control = await serveControl(folder, commands, {
    error: (entry: unknown) => void logged.push(entry),
  });
  assert.deepEqual(await askServer(folder, 'status', {}), { people: 7 });
  await control.close();
  await assert.rejects(askServer(folder, 'status', {}), ServerUnreachableError);
});
