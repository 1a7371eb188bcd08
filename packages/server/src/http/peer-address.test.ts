import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { canonicalAddress, countedAs, isLoopback, peerReader } from './peer-address.ts';

/** What is asked of a socket here: where it comes from, and whether it is TLS. */
function from(remoteAddress: string, headers: IncomingHttpHeaders = {}, encrypted?: boolean) {
  return { socket: { remoteAddress, ...(encrypted && { encrypted }) } as unknown as Socket, headers };
}

const behind = peerReader(['192.0.2.10/32', '10.1.0.0/16', '2001:db8::10/128', '127.0.0.1/32']);

function address(peer: string, forwardedFor: string): string {
  return behind(from(peer, { 'x-forwarded-for': forwardedFor })).address;
}

test('abuse case 15: what an untrusted peer says of addresses and https is ignored', () => {
  const headers = {
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    forwarded: 'for=127.0.0.1;proto=https',
  };
  const told = { address: '198.51.100.7', isSecure: false, isLoopback: false };
  assert.deepEqual(behind(from('198.51.100.7', headers)), told);
  assert.deepEqual(peerReader([])(from('198.51.100.7', headers)), told);
  const control = behind(
    from('192.0.2.10', { 'x-forwarded-for': '203.0.113.5', 'x-forwarded-proto': 'https' }),
  );
  assert.deepEqual(control, { address: '203.0.113.5', isSecure: true, isLoopback: false }, 'control');
});

test('abuse case 15: behind trusted proxies the rightmost address that is none of theirs counts', () => {
  for (const [forwardedFor, caller] of [
    ['203.0.113.5', '203.0.113.5'],
    ['127.0.0.1, 203.0.113.5', '203.0.113.5'],
    ['9.9.9.9,127.0.0.1,203.0.113.5,10.1.2.3', '203.0.113.5'],
    ['203.0.113.5, 10.1.2.3, 2001:db8:0:0::10', '203.0.113.5'],
    ['10.1.2.3, 10.1.2.4', '10.1.2.3'],
    ['203.0.113.5:4711', '203.0.113.5'],
    ['[2001:DB8::5]:4711', '2001:db8::5'],
  ] as const) {
    assert.equal(address('192.0.2.10', forwardedFor), caller, forwardedFor);
  }
});

test('abuse case 15: where the list is malformed the proxy itself is the caller', () => {
  for (const forwardedFor of [
    '',
    'unknown',
    '203.0.113.5,',
    '203.0.113.5, secret',
    '203.0.113.256',
    '203.0.113.05',
    '[203.0.113.5]',
    'fe80::1%eth0',
    '203.0.113.5 10.1.2.3',
    '203.0.113.5:99999999',
  ]) {
    assert.equal(address('192.0.2.10', forwardedFor), '192.0.2.10', forwardedFor);
  }
  assert.equal(address('192.0.2.10', 'nonsense, 203.0.113.5'), '203.0.113.5', 'what stands left is not read');
});

test('abuse case 14: the spellings of one address are one address, of peers, callers and proxies', () => {
  for (const spelling of ['2001:db8::5', '2001:DB8:0:0:0:0:0:5', '2001:0db8::0005', '2001:db8::0:5']) {
    assert.equal(canonicalAddress(spelling), '2001:db8::5', spelling);
    assert.equal(address('192.0.2.10', spelling), '2001:db8::5', spelling);
    assert.equal(behind(from(spelling)).address, '2001:db8::5', spelling);
  }
  for (const spelling of [
    '203.0.113.5',
    '::ffff:203.0.113.5',
    '::FFFF:cb00:7105',
    '0:0:0:0:0:ffff:cb00:7105',
  ]) {
    assert.equal(address('192.0.2.10', spelling), '203.0.113.5', spelling);
    assert.equal(behind(from(spelling)).address, '203.0.113.5', spelling);
  }
  assert.equal(
    address('::ffff:192.0.2.10', '203.0.113.5'),
    '203.0.113.5',
    'a proxy is known in every spelling',
  );
  assert.equal(canonicalAddress('fe80::1%eth0'), 'fe80::1');
  assert.notEqual(canonicalAddress('2001:db8::6'), canonicalAddress('2001:db8::5'), 'control');
  for (const none of ['', 'localhost', '1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.4/8', ':::', 'g::1']) {
    assert.equal(canonicalAddress(none), null, none);
  }
});

test('abuse case 14: the addresses of one /64 are counted as one caller, those of IPv4 each by itself', () => {
  const counted = (address: string) => countedAs(canonicalAddress(address)!);
  for (const address of ['2001:db8:1:2::1', '2001:DB8:1:2:ffff::', '2001:db8:1:2:1:2:3:4']) {
    assert.equal(counted(address), '2001:db8:1:2::/64', address);
  }
  assert.equal(counted('2001:db8:1:3::1'), '2001:db8:1:3::/64');
  assert.equal(counted('::ffff:203.0.113.5'), '203.0.113.5');
  assert.equal(countedAs(''), '');
});

test('security: https is believed when every proxy on the way says it, and of our own TLS', () => {
  const secure = (headers: IncomingHttpHeaders, peer = '192.0.2.10', encrypted = false) =>
    behind(from(peer, headers, encrypted)).isSecure;
  assert.equal(secure({ 'x-forwarded-proto': 'https' }), true);
  assert.equal(secure({ 'x-forwarded-proto': 'HTTPS, https' }), true);
  for (const proto of ['http', 'https, http', 'http, https', '', 'https,', 'httpss', 'on']) {
    assert.equal(secure({ 'x-forwarded-proto': proto }), false, proto);
  }
  assert.equal(secure({}), false);
  assert.equal(secure({}, '198.51.100.7', true), true);
  assert.equal(secure({ 'x-forwarded-proto': 'http' }, '198.51.100.7', true), true, 'no proxy of ours');
  assert.equal(secure({ 'x-forwarded-proto': 'http' }, '192.0.2.10', true), false, 'the first leg was plain');
});

test('security: only what never left this machine is loopback', () => {
  const headers = { 'x-forwarded-for': '127.0.0.1' };
  assert.equal(behind(from('127.0.0.1', headers)).isLoopback, true);
  assert.equal(behind(from('::ffff:127.0.0.1')).isLoopback, true);
  assert.equal(behind(from('192.0.2.10', headers)).isLoopback, false, 'the proxy is elsewhere');
  assert.equal(behind(from('127.0.0.1', { 'x-forwarded-for': '203.0.113.5' })).isLoopback, false);
  for (const yes of ['127.0.0.1', '127.9.9.9', '::1']) assert.equal(isLoopback(yes), true, yes);
  for (const no of ['', '128.0.0.1', '127.example.org', '::2', '1127.0.0.1'])
    assert.equal(isLoopback(no), false, no);
});
