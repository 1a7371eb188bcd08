import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { checksum, mintKey } from '@instavm/keyformat';
import { Refusals } from '../audit/refusals.ts';
import { heldBytes } from '../testing/heap.ts';
import { keepAlive } from '../testing/keep-alive.ts';
import { startServer } from '../testing/server.ts';
import { indexOfKeys } from '../testing/wrong-keys.ts';
import { authenticator } from './authenticate.ts';
import { failedAttempts } from './failed-attempts.ts';

const SECRET = mintKey(randomBytes).slice(23, 55);

/** Well-formed keys, each with an id of its own that no key has. */
function garbage(at: number): { publicId: string; text: string } {
  const publicId = `zz${at.toString(36).padStart(10, '0')}`;
  const body = `instavm_sk_${publicId}${SECRET}`;
  return { publicId, text: body + checksum(body) };
}

function p99(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
}

test('abuse case 38: a million different unknown ids leave memory as it is, and a right key is checked as fast as before', (t) => {
  const { index, tokens, peppers, texts } = indexOfKeys(10_000);
  let nowMs = Date.now();
  const authenticate = authenticator({ index, tokens, peppers, now: () => nowMs });
  const count = failedAttempts(() => nowMs);
  const refusals = new Refusals();
  const refuse = (at: number) => {
    const { publicId, text } = garbage(at);
    const result = authenticate(text, 'x-api-key');
    assert.ok(!result.ok && result.guessedId === publicId);
    const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
    const isHeldUp = count(publicId, address) !== null;
    refusals.note({
      code: isHeldUp ? 'rate_limit_exceeded' : 'invalid_api_key',
      operation: 'vms.list',
      address,
      requestId: 'req_1',
      atMs: nowMs,
      subject: null,
    });
  };
  const accept = (times: number[]) => {
    for (let i = 0; i < 500; i++) {
      const text = texts[i % texts.length]!;
      const began = performance.now();
      const { ok } = authenticate(text, 'x-api-key');
      times.push(performance.now() - began);
      assert.ok(ok);
    }
  };
  const [before, between]: [number[], number[]] = [[], []];
  for (let block = 0; block < 50; block++) accept(before);
  for (let at = 0; at < 50_000; at++) refuse(at);
  const heapBefore = heldBytes();
  for (let at = 0; at < 1_000_000; at++) {
    refuse(at);
    if (at % 20_000 === 0) {
      nowMs += 1000;
      accept(between);
    }
  }
  const grownBytes = heldBytes() - heapBefore;
  assert.ok(grownBytes < 5_000_000, `${grownBytes} bytes more`);
  assert.equal(index.size, 10_000, 'no unknown id is kept');
  const [first, then] = [p99(before), p99(between)];
  // A look of microseconds: what the machine does beside it is allowed for.
  assert.ok(then <= 2 * first + 0.05, `p99 ${then} ms in the flood, ${first} ms before`);
  t.diagnostic(
    `p99 ${(first * 1000).toFixed(1)} us before, ${(then * 1000).toFixed(1)} us in the flood, ${(grownBytes / 1e6).toFixed(1)} MB more`,
  );
});

const CONNECTIONS = 8;
const ROUNDS = 3;
const REQUESTS_A_ROUND = 1000;
const LOOKS = 3;

test('abuse case 38: a flood of unknown ids over HTTP holds a right key up no longer than as many right keys would', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const [probed, other] = [await ada.key(), await ada.key()];
  const request = (text: string) =>
    `GET /v1/whoami HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${text}\r\n\r\n`;
  const probe = keepAlive(server.url);
  const load = Array.from({ length: CONNECTIONS }, () => keepAlive(server.url));
  t.after(() => {
    for (const { close } of [probe, ...load]) close();
  });
  let garbageSent = 0;
  const statuses = new Set<number>();
  /** Times of the probe while the other connections ask without a pause. */
  const round = async (next: () => string, times: number[]) => {
    let left = REQUESTS_A_ROUND;
    const loaders = load.map(async ({ ask }) => {
      while (left-- > 0) statuses.add(await ask(next()));
    });
    while (left > 0) {
      const began = performance.now();
      assert.equal(await probe.ask(request(probed.text)), 200);
      times.push(performance.now() - began);
    }
    await Promise.all(loaders);
  };
  const look = async () => {
    const [right, wrong]: [number[], number[]] = [[], []];
    for (let i = 0; i < ROUNDS; i++) {
      await round(() => request(other.text), right);
      await round(() => request(garbage(garbageSent++).text), wrong);
    }
    return { right: p99(right), wrong: p99(wrong) };
  };
  const looks = [];
  do looks.push(await look());
  while (looks.at(-1)!.wrong > 2 * looks.at(-1)!.right && looks.length < LOOKS);
  const { right, wrong } = looks.at(-1)!;
  assert.ok(wrong <= 2 * right, `p99 ${wrong} ms beside garbage, ${right} ms beside right keys`);
  assert.deepEqual([...statuses].sort(), [200, 401, 429], 'control: garbage is refused, then slowed down');
  t.diagnostic(
    `p99 ${wrong.toFixed(1)} ms beside ${garbageSent} unknown ids, ${right.toFixed(1)} ms beside right keys`,
  );
});
