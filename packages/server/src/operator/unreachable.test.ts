import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startProgram } from '../testing/program.ts';
import { PASSWORD, startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';
import { askServer } from './control-socket.ts';

/** From the answer of the tool on, a server that follows the database knows within this time. */
const FOLLOWED_MS = 5000;

const EMAIL = 'ada@example.com';

async function until(isTrue: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  while (!(await isTrue())) {
    assert.ok(performance.now() - began < FOLLOWED_MS, 'not within 5 s');
    await new Promise(setImmediate);
  }
  return performance.now() - began;
}

test('abuse case 21: the way between tool and server is cut, and within 5 s the server refuses what the tool revoked', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const [dead, kept] = [await ada.key(), await ada.key()];
  const status = async (key: string) => (await server.ask('GET', '/v1/vms', { key })).status;
  assert.deepEqual([await status(dead.text), await status(kept.text)], [200, 200]);
  rmSync(join(server.dataDir, 'control.sock'));
  const tool = toolOn(server.dataDir);
  const revoked = await tool(`keys revoke ${dead.id}`);
  assert.match(revoked.printed, /^Revoked API key 1, effective /);
  assert.match(revoked.warned, /cannot be asked.*follows within a second/);
  const elapsedMs = await until(async () => (await status(dead.text)) === 401);
  assert.equal((await server.ask('GET', '/v1/vms', { key: dead.text })).json.code, 'key_revoked');
  assert.equal(await status(kept.text), 200);

  const made = await tool(`keys create --email ${ada.email} --label cut`);
  await until(async () => (await status(made.printed)) === 200);
  await tool('accounts suspend 1');
  await until(async () => (await status(kept.text)) === 401);
  await tool('accounts resume 1');
  await until(async () => (await status(kept.text)) === 200);
  const shown = await tool('status');
  assert.match(shown.printed, /^Running, but it cannot be asked/);
  await assert.rejects(tool('pepper rotate'), /cannot be asked .*and this needs it\. Restart it/);
  const examined = await tool('doctor --json');
  assert.equal(examined.code, 1);
  assert.match(examined.printed, /it runs but cannot be asked/);
  t.diagnostic(`refused after ${Math.round(elapsedMs)} ms`);
});

test('a server that hangs is passed by, and knows when it goes on', async (t) => {
  const dataDir = temporaryFolder(t);
  const tool = toolOn(dataDir);
  await tool(`users create --email ${EMAIL} --password-stdin`, PASSWORD);
  const key = (await tool(`keys create --email ${EMAIL} --label a`)).printed;
  const program = await startProgram(t, dataDir);
  const status = async () => (await fetch(`${program.url}/v1/vms`, { headers: { 'x-api-key': key } })).status;
  assert.equal(await status(), 200);
  program.signal('SIGSTOP');
  const revoked = await tool('keys revoke 1');
  assert.match(revoked.warned, /cannot be asked \(it does not answer\)/);
  program.signal('SIGCONT');
  await until(async () => (await status()) === 401);
});

test('a server that breaks off in the middle of a command is not gone round: nothing is done twice', async (t) => {
  const dataDir = temporaryFolder(t);
  let asked = 0;
  const socket = join(dataDir, 'control.sock');
  const broken = createServer((request, response) => {
    if (request.url === '/greeting') return response.end('{"ok":true,"result":null}');
    asked += 1;
    return request.socket.destroy();
  });
  await new Promise<void>((resolve) => broken.listen(socket, resolve));
  t.after(() => broken.close());
  writeFileSync(join(dataDir, 'control.json'), JSON.stringify({ socket }));
  await assert.rejects(askServer(dataDir, 'keysList', {}), /broke off .*Look whether it was done/);
  assert.equal(asked, 1);
});
