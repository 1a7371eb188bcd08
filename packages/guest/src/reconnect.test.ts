import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { putFile } from './files.ts';
import { encodeFrame, frameType, magic, maxPayload } from './frames.ts';
import { GuestLink } from './link.ts';
import { randomBytes, seededRandom } from './testing/random.ts';
import { RealAgent } from './testing/real-agent.ts';

let agent: RealAgent;
before(async () => {
  agent = await RealAgent.start();
});
after(() => agent.stop());

test('a host that comes back in mid-output gets its own answers; the programs of the old link are ended', async () => {
  await agent.python('x = 7');
  for (let round = 0; round < 5; round += 1) {
    const started = new Promise<void>((resolve) => {
      const flood = agent.run('bash', 'yes 65.5', 60, { onStdout: () => resolve() });
      void flood.catch(() => {});
    });
    await started;
    agent.link.destroy();
    await agent.connect();
    assert.equal((await agent.python('print(x)')).out, '7\n');
  }
  await agent.bash('while pgrep -f "^yes 65.5" > /dev/null; do sleep 0.01; done', 5);
});

test('a host that died in mid-frame, even in the middle of a hello, is followed by one that works', async () => {
  const random = seededRandom(7);
  for (let round = 0; round < 30; round += 1) {
    const hello = Buffer.concat([
      magic,
      encodeFrame(99, frameType.hello, 0, Buffer.from('{"protocol":{"min":1,"max":1}}')),
    ]);
    const open = encodeFrame(99, frameType.open, 1, Buffer.from('run'));
    const data = encodeFrame(99, frameType.data, 1, Buffer.alloc(random(maxPayload), 0xff));
    const whole = random(2) ? Buffer.concat([hello, open, data]) : Buffer.concat([hello, hello]);
    agent.link.destroy();
    agent.socket.write(whole.subarray(0, random(whole.length)));
    await agent.connect();
    await agent.link.ping();
  }
  assert.equal((await agent.bash('echo fine')).out, 'fine\n');
});

test('bytes that make no sense end the link with a reason, and the next hello works', async () => {
  agent.socket.write(randomBytes(seededRandom(1), 1000));
  assert.equal((await agent.link.closed)?.name, 'GuestError');
  await agent.connect();
  assert.equal((await agent.bash('echo fine')).out, 'fine\n');
});

test('an upload that breaks off with its link leaves nothing behind', async () => {
  const source = new Readable({ read() {} });
  source.push(Buffer.alloc(100_000));
  const put = putFile(agent.open, { path: 'broken', recursive: false, size: 200_000 }, source);
  const rejected = assert.rejects(put, { code: 'link_lost' });
  await agent.bash('until ls -A | grep -q instavm; do sleep 0.01; done', 5);
  agent.link.destroy();
  await rejected;
  await agent.connect();
  assert.equal((await agent.bash('ls -A')).out, '');
});

test('an upload that holds the magic of a hello arrives unchanged', async () => {
  const data = Buffer.concat([
    Buffer.alloc(65_530),
    magic,
    magic.subarray(0, 9),
    magic,
    Buffer.from('end'),
    magic,
  ]);
  await putFile(agent.open, { path: 'magic', recursive: false, size: data.length }, Readable.from([data]));
  const { stdout } = await agent.bash('cat magic');
  assert.deepEqual(stdout, data);
});

test('a host that speaks no common version is told so', async () => {
  agent.link.destroy();
  const host = agent.hostEnd();
  const hello = Buffer.from(JSON.stringify({ protocol: { min: 8, max: 9 } }));
  const answered = new Promise<Buffer>((resolve) => host.once('data', resolve));
  host.write(Buffer.concat([magic, encodeFrame(3, frameType.hello, 0, hello)]));
  assert.match((await answered).toString('latin1'), /This agent speaks protocol 1 to 1/);
  host.destroy();
  await agent.connect();
});

test('of two hosts that greet one after the other, the later one has the machine', async () => {
  const [first, second] = [agent.hostEnd(), agent.hostEnd()];
  const lost = GuestLink.connect(first, { epoch: 1, timeoutMs: 300 }).then(
    (link) => link.closed,
    (error) => error,
  );
  const link = await GuestLink.connect(second, { epoch: 2 });
  assert.equal(((await lost) as Error).name, 'GuestError');
  await link.ping();
  link.destroy();
  await agent.connect();
});
