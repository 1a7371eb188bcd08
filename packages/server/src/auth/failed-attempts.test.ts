import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { failedAttempts } from './failed-attempts.ts';
import { networkOfAddress } from './networks.ts';

function attempts(limits = { perIdPerMinute: 60, perNetworkPerMinute: 1000 }) {
  let nowMs = 1_000_000;
  const count = failedAttempts(() => nowMs, limits);
  return { count, advance: (ms: number) => (nowMs += ms) };
}

test('abuse case 13: sixty wrong secrets for one id are answered, the next waits, from however many addresses they come', () => {
  const { count } = attempts();
  const refused = Array.from({ length: 10_000 }, (_, i) => count('same-id', `10.${i >> 8}.${i & 255}.1`)).map(
    (wait) => wait !== null,
  );
  assert.equal(refused.indexOf(true), 60);
  assert.equal(refused.filter(Boolean).length, 10_000 - 60);
  assert.equal(count('other-id', '10.0.0.1'), null, 'control: another id from there');
});

test('abuse case 13: a thousand wrong keys from one network are answered, whatever ids they guess at', () => {
  const { count } = attempts();
  const refused = Array.from({ length: 1010 }, (_, i) => count(`id-${i}`, `192.0.2.${i % 250}`));
  assert.equal(
    refused.findIndex((wait) => wait !== null),
    1000,
  );
  assert.equal(count('id-elsewhere', '192.0.3.1'), null, 'control: the network beside it');
});

test('waiting as long as was said helps, and the allowance refills evenly', () => {
  const { count, advance } = attempts({ perIdPerMinute: 6, perNetworkPerMinute: 1000 });
  for (let i = 0; i < 6; i++) assert.equal(count('id', '192.0.2.1'), null);
  const wait = count('id', '192.0.2.1');
  assert.equal(wait, 10);
  advance(wait! * 1000 - 1);
  assert.notEqual(count('id', '192.0.2.1'), null);
  advance(1);
  assert.equal(count('id', '192.0.2.1'), null);
  assert.notEqual(count('id', '192.0.2.1'), null);
});

test('abuse case 14: every spelling and every host of a /64 or a /24 is one network', () => {
  const same = ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:1:a:b:c:d'];
  assert.equal(new Set(same.map(networkOfAddress)).size, 1);
  assert.notEqual(networkOfAddress('2001:db8:0:2::1'), networkOfAddress(same[0]!));
  assert.equal(networkOfAddress('::1'), networkOfAddress('::2'));
  assert.equal(networkOfAddress('192.0.2.1'), networkOfAddress('192.0.2.254'));
  assert.notEqual(networkOfAddress('192.0.2.1'), networkOfAddress('192.0.3.1'));
});

test('abuse case 38: a million different wrong ids leave memory bounded', () => {
  // In a process of its own, where nothing else fills memory and garbage can be asked away.
  const grownBytes = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', FLOOD]);
  assert.ok(Number(grownBytes) < 10_000_000, String(grownBytes));
});

const FLOOD = `
  import { failedAttempts } from ${JSON.stringify(import.meta.resolve('./failed-attempts.ts'))};
  const count = failedAttempts(() => 1_000_000);
  const flood = (from, to) => {
    for (let i = from; i < to; i++) count('id-' + i, '10.' + (i >> 16) + '.' + ((i >> 8) & 255) + '.1');
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = flood(0, 50_000);
  process.stdout.write(String(flood(50_000, 1_050_000) - before));
`;
