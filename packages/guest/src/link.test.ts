import assert from 'node:assert/strict';
import test from 'node:test';
import { channelWindow, frameType, magic, maxPayload } from './frames.ts';
import { GuestLink } from './link.ts';
import { run } from './run.ts';
import { FakeGuest, testEpoch } from './testing/fake-guest.ts';
import { randomBytes, seededRandom } from './testing/random.ts';

const one = Buffer.from([0, 0, 0, 1]);

const offences: [string, (guest: FakeGuest) => void][] = [
  ['bytes that are no frame', (guest) => guest.stream.write(Buffer.alloc(64, 0x41))],
  ['a frame of an unknown type', (guest) => guest.frame(99, 1)],
  ['a frame on a channel that is not open', (guest) => guest.frame(frameType.data, 9, one)],
  ['an open, which only a host may send', (guest) => guest.frame(frameType.open, 1, Buffer.from('run'))],
  ['a second hello', (guest) => guest.hello()],
  ['an answer to no ping', (guest) => guest.frame(frameType.pong, 0, one)],
  ['an empty frame of data', (guest) => guest.frame(frameType.data, 1)],
  ['credit for what was not sent', (guest) => guest.frame(frameType.credit, 1, one)],
  ['credit that is no number', (guest) => guest.frame(frameType.credit, 1, Buffer.from('x'))],
  [
    'data after its end',
    (guest) =>
      [frameType.end, frameType.data].forEach((type) => {
        guest.frame(type, 1, one);
      }),
  ],
  [
    'data without credit',
    (guest) => {
      for (let sent = 0; sent <= channelWindow; sent += maxPayload)
        guest.frame(frameType.data, 1, Buffer.alloc(maxPayload));
    },
  ],
];

for (const [what, offend] of offences) {
  test(`security: ${what} ends the link with a typed error and its channels with link_lost`, async () => {
    const guest = new FakeGuest();
    const link = await guest.link();
    const channel = await link.open('run');
    await guest.opened;
    const closed = new Promise((resolve) => channel.once('close', () => resolve(channel.errored)));
    offend(guest);
    const reason = await link.closed;
    assert.equal((reason as { code?: string }).code, 'protocol_violation');
    assert.equal(((await closed) as { code?: string }).code, 'link_lost');
    await assert.rejects(link.open('run'), { code: 'link_lost' });
    await assert.rejects(link.ping(), { code: 'link_lost' });
  });
}

test('security: random frames of a guest never do more than end the link', async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = seededRandom(seed);
    const guest = new FakeGuest();
    const link = await guest.link();
    const runs = Array.from({ length: 3 }, () =>
      run((service) => link.open(service), { language: 'bash', code: '', timeoutSeconds: 1 }),
    );
    const settled = Promise.allSettled(runs);
    for (let count = 0; count < 40; count += 1) {
      guest.frame(2 + random(7), random(4), randomBytes(random, random(2) ? 4 : random(64)));
    }
    guest.stream.destroy();
    await link.closed;
    for (const result of await settled) {
      assert.equal(result.status, 'rejected');
      assert.equal(result.status === 'rejected' && result.reason.name, 'GuestError');
    }
  }
});

test('a guest that does not answer the hello is given up after the time-out', async () => {
  const connecting = GuestLink.connect(new FakeGuest().hostStream, { timeoutMs: 20 });
  await assert.rejects(connecting, { code: 'timed_out' });
});

test('a guest that sends without end and never says hello is given up after the time-out', async () => {
  const guest = new FakeGuest();
  const flood = setInterval(() => guest.stream.write(Buffer.concat([magic, Buffer.alloc(10_000, 1)])), 1);
  await assert.rejects(GuestLink.connect(guest.hostStream, { timeoutMs: 60 }), { code: 'timed_out' });
  clearInterval(flood);
});

test('an agent that speaks no common version is told apart from a broken one', async () => {
  const guest = new FakeGuest();
  const connecting = GuestLink.connect(guest.hostStream, { epoch: testEpoch });
  guest.hello({ error: 'This agent speaks protocol 7.' });
  await assert.rejects(connecting, { code: 'version_mismatch', message: /protocol 7/ });
});

test('a guest that answers a ping too late is not taken for a liar', async () => {
  const guest = new FakeGuest();
  const link = await guest.link();
  await assert.rejects(link.ping(5), { code: 'timed_out' });
  const payload = Buffer.alloc(8);
  payload.writeBigUInt64BE(1n);
  guest.frame(frameType.pong, 0, payload);
  const channel = await link.open('run');
  guest.frame(frameType.end, 1);
  channel.resume();
  await new Promise((resolve) => channel.once('end', resolve));
  link.destroy();
  assert.equal(await link.closed, null);
});

test('a run on a link that dies ends with link_lost', async () => {
  const guest = new FakeGuest();
  const link = await guest.link();
  const running = run((service) => link.open(service), { language: 'bash', code: 'x', timeoutSeconds: 60 });
  await guest.opened;
  guest.stream.destroy();
  await assert.rejects(running, { code: 'link_lost' });
});

test('a run in a guest that hangs is given up after its time-out and the grace', async () => {
  const link = await new FakeGuest().link();
  const request = { language: 'bash', code: 'x', timeoutSeconds: 0.01 } as const;
  await assert.rejects(
    run((service) => link.open(service), request, { graceSeconds: 0.02 }),
    { code: 'timed_out' },
  );
  link.destroy();
});

test('security: results that are out of range or no JSON are refused', async () => {
  const ends = ['{"exitCode":1e9,"wallSeconds":0,"cpuSeconds":0}', '{"exitCode":0}', '[]', '\xff'];
  for (const end of ends) {
    const guest = new FakeGuest();
    const link = await guest.link();
    const running = run((service) => link.open(service), { language: 'bash', code: '', timeoutSeconds: 5 });
    await guest.opened;
    const header = Buffer.from([3, 0, 0, 0, Buffer.byteLength(end)]);
    guest.frame(frameType.data, 1, Buffer.concat([header, Buffer.from(end)]));
    await assert.rejects(running, { code: 'protocol_violation' }, end);
    link.destroy();
  }
});
