import assert from 'node:assert/strict';
import test from 'node:test';
import { GuestError } from './errors.ts';
import {
  encodeFrame,
  type Frame,
  FrameDecoder,
  frameType,
  headerSize,
  magic,
  maxPayload,
  splitPayload,
} from './frames.ts';
import { randomBytes, seededRandom } from './testing/random.ts';

const epoch = 77;
const hello = Buffer.concat([magic, encodeFrame(epoch, frameType.hello, 0, Buffer.from('{}'))]);

function decodeInPieces(bytes: Buffer, random: (below: number) => number): Frame[] {
  const decoder = new FrameDecoder(epoch);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(100);
    frames.push(...decoder.feed(bytes.subarray(at, at + size)));
    at += size;
  }
  return frames;
}

test('frames are read the same, however the stream is cut', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = seededRandom(seed);
    const payloads = Array.from({ length: 10 }, () => randomBytes(random, random(300)));
    const sent = payloads.map((payload, index) => encodeFrame(epoch, frameType.data, index, payload));
    const frames = decodeInPieces(Buffer.concat([hello, ...sent]), random);
    assert.deepEqual(
      frames.slice(1).map((frame) => Buffer.from(frame.payload)),
      payloads,
    );
  }
});

test('our hello is found behind what was meant for another host, even behind answers to older hellos', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = seededRandom(seed);
    const older = Buffer.concat([magic, encodeFrame(5, frameType.hello, 0, Buffer.from('{}'))]);
    const stale = Buffer.concat([
      randomBytes(random, random(500)),
      older,
      magic,
      randomBytes(random, random(60)),
    ]);
    const frames = decodeInPieces(
      Buffer.concat([stale, hello, encodeFrame(epoch, frameType.pong, 0)]),
      random,
    );
    assert.deepEqual(
      frames.map((frame) => frame.type),
      [frameType.hello, frameType.pong],
    );
  }
});

test('security: hostile bytes end in a typed error, and no frame is larger than allowed', () => {
  let errors = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = seededRandom(seed);
    const good = Array.from({ length: 5 }, () =>
      encodeFrame(epoch, 2 + random(7), random(5), randomBytes(random, random(200))),
    );
    const bytes = Buffer.concat([hello, ...good]);
    for (let change = random(6); change >= 0; change -= 1) bytes[hello.length + random(200)] = random(256);
    try {
      for (const frame of decodeInPieces(bytes, random)) assert.ok(frame.payload.length <= maxPayload);
    } catch (error) {
      assert.ok(error instanceof GuestError && error.code === 'protocol_violation', String(error));
      errors += 1;
    }
  }
  assert.ok(errors > 100, `only ${errors} errors`);
});

test('security: a frame that announces too much is refused before its payload comes', () => {
  const header = encodeFrame(epoch, frameType.data, 1).subarray(0, headerSize);
  header.writeUInt32BE(0xffffffff, 8);
  assert.throws(() => [...new FrameDecoder(epoch).feed(Buffer.concat([hello, header]))], {
    code: 'protocol_violation',
  });
});

test('an agent that was started anew is noticed, even where the one before died in mid-frame', () => {
  const notice = Buffer.concat([magic, encodeFrame(0, frameType.hello, 0)]);
  const whole = encodeFrame(epoch, frameType.data, 1, Buffer.alloc(100));
  for (const size of [0, 7, 16, 50, whole.length]) {
    const bytes = Buffer.concat([hello, whole.subarray(0, size), notice]);
    assert.throws(() => [...new FrameDecoder(epoch).feed(bytes)], { code: 'link_lost' }, String(size));
  }
});

test('no stream of ours but a hello ever holds the magic', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = seededRandom(seed);
    let data = Buffer.concat(
      Array.from({ length: 6 }, () => {
        const from = random(magic.length);
        return random(2) ? magic : magic.subarray(from, from + random(magic.length));
      }),
    );
    const wire: Buffer[] = [];
    const whole = data;
    while (data.length > 0) {
      const size = splitPayload(data, 1 + random(40));
      assert.ok(size > 0);
      wire.push(encodeFrame(epoch, frameType.data, random(1000), data.subarray(0, size)));
      data = data.subarray(size);
    }
    assert.equal(Buffer.concat(wire).indexOf(magic), -1);
    assert.deepEqual(Buffer.concat(wire.map((frame) => frame.subarray(headerSize))), whole);
  }
});
