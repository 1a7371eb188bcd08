import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vms } from '@instavm/contract';
import { indexedKey } from '../testing/indexed-key.ts';
import { addressCheck, addressStep } from './address-list.ts';
import { keyPrincipal } from './principal.ts';

const step = addressStep(addressCheck());

function refusal(cidrs: string[], address: string) {
  const principal = {
    ...keyPrincipal(indexedKey(), '0123456789AB', 'x-api-key'),
    allowedCidrs: JSON.stringify(cidrs),
  };
  return step({ principal, operation: vms.list, address, nowMs: 0 });
}

test('an empty list allows every address', () => {
  assert.equal(refusal([], '198.51.100.7'), null);
  assert.equal(refusal([], '2001:db8::1'), null);
});

test('security: an address is allowed inside a range and refused outside, at both of its edges', () => {
  for (const [cidrs, inside, outside] of [
    [['192.0.2.0/24'], ['192.0.2.0', '192.0.2.255'], ['192.0.1.255', '192.0.3.0']],
    [['192.0.2.7/32'], ['192.0.2.7'], ['192.0.2.6', '192.0.2.8']],
    [['192.0.2.77/24'], ['192.0.2.1'], ['192.0.3.1']],
    [['2001:db8::/32'], ['2001:db8::', '2001:db8:ffff::1'], ['2001:db7::1', '2001:db9::1', '192.0.2.1']],
    [
      ['10.0.0.0/8', '::1/128'],
      ['10.9.8.7', '::1'],
      ['11.0.0.1', '::2'],
    ],
    [['0.0.0.0/0'], ['198.51.100.7'], ['2001:db8::1']],
    [['::ffff:192.0.2.0/120'], ['192.0.2.9'], ['192.0.3.9']],
  ] as const) {
    for (const address of inside) assert.equal(refusal([...cidrs], address), null, `${cidrs} ${address}`);
    for (const address of outside) {
      assert.equal(refusal([...cidrs], address)?.code, 'address_not_allowed', `${cidrs} ${address}`);
    }
  }
});

test('security: an address that cannot be read is refused by every list', () => {
  for (const address of ['', 'unknown', '1.2.3', '::1%lo']) {
    assert.equal(refusal(['192.0.2.0/24', '2001:db8::/32'], address)?.code, 'address_not_allowed', address);
  }
});

test('the refusal names the address and what can be done', () => {
  assert.match(refusal(['192.0.2.0/24'], '198.51.100.7')!.detail, /198\.51\.100\.7.*list/);
});
