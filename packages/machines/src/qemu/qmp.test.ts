import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, test } from 'node:test';
import { QmpClient } from './qmp.ts';
import { QmpError } from './qmp-message.ts';

type Answer = (command: { execute: string; id: number }, say: (message: object) => void) => void;

/** A QEMU that answers as told; it takes the first command, the end of the negotiation, by itself. */
async function connected(answer: Answer): Promise<{ qmp: QmpClient; far: Socket }> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const near = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  const say = (message: object) => far.write(`${JSON.stringify(message)}\r\n`);
  say({ QMP: { version: {}, capabilities: [] } });
  createInterface({ input: far }).on('line', (line) => {
    const command = JSON.parse(line);
    if (command.execute === 'qmp_capabilities') say({ return: {}, id: command.id });
    else answer(command, say);
  });
  const qmp = await QmpClient.open(near, 1000);
  opened.push(qmp);
  return { qmp, far };
}

const opened: QmpClient[] = [];
afterEach(() => {
  for (const qmp of opened.splice(0)) qmp.close();
});

test('answers reach the command they belong to, in any order', async () => {
  const held: (() => void)[] = [];
  const { qmp } = await connected(({ execute, id }, say) => {
    held.push(() => say({ return: execute, id }));
    if (held.length === 2) for (const release of held.reverse()) release();
  });
  const answers = await Promise.all([qmp.execute('one', {}, 1000), qmp.execute('two', {}, 1000)]);
  assert.deepEqual(answers, ['one', 'two']);
});

test('a QEMU that does not answer costs the deadline and no more', async () => {
  const { qmp } = await connected(() => {});
  await assert.rejects(qmp.execute('stop', {}, 10), isKind('timeout'));
});

test('an error of QEMU is refused with its words', async () => {
  const { qmp } = await connected(({ id }, say) => say({ error: { desc: 'not now' }, id }));
  await assert.rejects(qmp.execute('cont', {}, 1000), /not now/);
});

test('when QEMU ends, everything that waits is told', async () => {
  const { qmp, far } = await connected(() => far.destroy());
  const event = qmp.nextEvent(() => true, 1000);
  await Promise.all([
    assert.rejects(qmp.execute('quit', {}, 1000), isKind('closed')),
    assert.rejects(event, isKind('closed')),
  ]);
  await assert.rejects(qmp.execute('again', {}, 1000), isKind('closed'));
});

test('bytes that are not the protocol end the connection', async () => {
  const { qmp, far } = await connected(() => {});
  const closed = new Promise<void>((resolve) => qmp.onClosed(resolve));
  far.write('no protocol at all\n');
  await closed;
  assert.ok(qmp.closed);
});

test('an event is given to who waits for it and to nobody else', async () => {
  const { qmp, far } = await connected(() => {});
  const wanted = qmp.nextEvent(({ name }) => name === 'MIGRATION', 1000);
  far.write('{"event":"RESUME"}\n{"event":"MIGRATION","data":{"status":"completed"}}\n');
  assert.deepEqual((await wanted).data, { status: 'completed' });
  qmp.close();
  await once(far, 'close');
});

function isKind(kind: QmpError['kind']) {
  return (error: unknown) => error instanceof QmpError && error.kind === kind;
}
