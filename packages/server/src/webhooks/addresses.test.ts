import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachOf, urlRefusal } from './addresses.ts';

const nobodys = reachOf([]);

test('security: special addresses of every kind are refused, in every spelling; public ones are not', () => {
  for (const address of [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.7',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:10::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'no address',
    '',
  ]) {
    assert.ok(nobodys.problem(address, 'https:'), address);
  }
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ]) {
    assert.equal(nobodys.problem(address, 'https:'), null, `control: ${address}`);
    assert.match(nobodys.problem(address, 'http:') ?? '', /https alone/);
  }
});

test('what the operator allows is reached, by plain http too, and nothing beside it', () => {
  const reach = reachOf(['127.0.0.0/8', 'fd00::/8', '203.0.113.7/32']);
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', 'fd12::1', '203.0.113.7']) {
    assert.equal(reach.problem(address, 'http:'), null, address);
  }
  for (const address of ['::1', '10.0.0.1', '203.0.113.8', '169.254.169.254']) {
    assert.ok(reach.problem(address, 'https:'), address);
  }
});

test('security: an address in a URL is judged by what it means, not by how it is written', () => {
  for (const url of [
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://１２７.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://api.localhost:8443/',
    'https://0/',
  ]) {
    assert.match(urlRefusal(url, nobodys) ?? '', /INSTAVM_WEBHOOK_ALLOW/, url);
  }
  assert.match(urlRefusal('http://hooks.example.org/', nobodys) ?? '', /plain http/);
  assert.match(urlRefusal('http://8.8.8.8/', nobodys) ?? '', /https alone/);
  assert.equal(urlRefusal('https://hooks.example.org/a?b', nobodys), null);
  assert.equal(urlRefusal('https://8.8.8.8/', nobodys), null);
  const reach = reachOf(['127.0.0.0/8']);
  for (const url of [
    'http://127.0.0.1:9/',
    'http://2130706433/',
    'http://localhost:9/',
    'http://hooks.internal/',
  ]) {
    assert.equal(urlRefusal(url, reach), null, `control: ${url}`);
  }
});
