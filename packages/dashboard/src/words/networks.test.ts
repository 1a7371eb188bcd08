import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNetwork, networkAdvice, splitNetworks } from './networks.ts';

test('a right network is shown as the server will keep it', () => {
  assert.deepEqual(checkNetwork('192.0.2.7'), { ok: true, network: '192.0.2.7/32' });
  assert.deepEqual(checkNetwork('2001:DB8:0::/32'), { ok: true, network: '2001:db8::/32' });
  assert.deepEqual(checkNetwork('::ffff:10.0.0.1'), { ok: true, network: '10.0.0.1/32' });
});

test('an address with a prefix that cuts it is told with both networks that may have been meant', () => {
  assert.deepEqual(checkNetwork('10.1.2.3/8'), {
    ok: false,
    problem: 'is an address inside 10.0.0.0/8',
    meant: ['10.0.0.0/8', '10.1.2.3/32'],
  });
});

test('what is no network is refused without a guess', () => {
  for (const text of ['10.0.0', '10.0.0.0/33', 'example.com', '1.2.3.04']) {
    const check = checkNetwork(text);
    assert.ok(!check.ok && check.meant.length === 0, text);
  }
});

test('a pasted list is divided however it was written', () => {
  assert.deepEqual(splitNetworks(' 10.0.0.0/8, 192.0.2.1;\n::1\t'), ['10.0.0.0/8', '192.0.2.1', '::1']);
});

test('a list that lets everybody in says so', () => {
  assert.match(networkAdvice('0.0.0.0/0')!, /Every IPv4 address/);
  assert.equal(networkAdvice('10.0.0.0/8'), null);
});
