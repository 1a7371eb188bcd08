import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { startNameServer } from '../testing/name-server.ts';
import { reachOf } from './addresses.ts';
import { NameError, resolver } from './resolver.ts';
import { Sender } from './sender.ts';

const answers: Record<string, (string[] | null)[]> = {
  'hooks.example': [['192.0.2.7', '2001:db8::7']],
  'old.example': [['192.0.2.8']],
  'new.example': [['2001:db8::8']],
  'silent.example': [null],
  // First the allowed one, then another one, as an attacker's name server would.
  'rebinding.example': [['127.0.0.1'], ['127.0.0.1'], ['127.0.0.2']],
};
const asked: string[] = [];
const server = await startNameServer({ after }, (name) => {
  asked.push(name);
  const all = answers[name] ?? [[]];
  return all.length > 1 ? all.shift()! : all[0]!;
});
const resolve = resolver({ asksSystem: false, servers: [server] });
after(() => resolve.close!());

test('a name has all its addresses, of both families or of one', async () => {
  assert.deepEqual(await resolve('hooks.example'), ['192.0.2.7', '2001:db8::7']);
  assert.deepEqual(await resolve('old.example'), ['192.0.2.8']);
  assert.deepEqual(await resolve('new.example'), ['2001:db8::8']);
});

test('a name that nobody knows is an error with the words of DNS', async () => {
  await assert.rejects(resolve('nobody.example'), (error: unknown) => {
    assert.ok(error instanceof NameError);
    assert.equal(error.code, 'ENOTFOUND');
    return true;
  });
});

test('names of this machine are asked of nobody', async () => {
  asked.length = 0;
  for (const name of ['localhost', 'LOCALHOST', 'a.localhost'])
    assert.deepEqual(await resolve(name), ['127.0.0.1', '::1']);
  assert.deepEqual(asked, []);
});

test('a name server that never answers holds up no other name, and is left when the server ends', async () => {
  const own = resolver({ asksSystem: false, servers: [server] });
  const waiting = Array.from({ length: 50 }, () => own('silent.example'));
  assert.deepEqual(await own('old.example'), ['192.0.2.8']);
  own.close!();
  for (const one of await Promise.allSettled(waiting)) assert.equal(one.status, 'rejected');
});

test('security: a name server that answers otherwise the second time leads nowhere', async () => {
  const reached: string[] = [];
  const listen = async (host: string, port: number) => {
    const receiver = createServer((_request, response) => {
      reached.push(host);
      response.writeHead(200, { connection: 'close' }).end();
    });
    await new Promise<void>((resolve) => receiver.listen(port, host, resolve));
    after(() => receiver.close());
    return (receiver.address() as AddressInfo).port;
  };
  const port = await listen('127.0.0.1', 0);
  await listen('127.0.0.2', port);
  const sender = new Sender({ reach: reachOf(['127.0.0.1']), resolve });
  after(() => sender.close());
  const post = () =>
    sender.post({ url: `http://rebinding.example:${port}/`, headers: {}, body: '{}', timeoutMs: 5000 });
  assert.equal((await post()).statusCode, 200);
  assert.match((await post()).error ?? '', /nothing is sent there/);
  assert.deepEqual(reached, ['127.0.0.1']);
});
