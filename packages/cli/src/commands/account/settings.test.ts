import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../../testing/cli.ts';
import { KEY, temporaryHome } from '../../testing/home.ts';
import { startServer } from '../../testing/server.ts';

test('settings are sent by their names on the wire, none as null, and what was not given not at all', async (t) => {
  const { url, seen } = await startServer(t);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  const flags = [
    ...['--rate-limit', '10/1s,burst=5', '--key-rate-limit', 'none', '--concurrent-requests', '7'],
    ...['--quota-machines', 'none', '--quota-vm-seconds', '90', '--max-keys', 'none', '--quarantine', 'off'],
    ...['--place', 'berlin=192.0.2.0/24', '--place', 'berlin=2001:db8::/32', '--place', 'home=198.51.100.7'],
  ];
  await cli(['account', 'update', ...flags, '--machine-lifetime-seconds', '60'], options);
  assert.deepEqual(seen[0]!.body, {
    ...{ max_keys: null, rate_limit: '10/1s,burst=5', concurrent_requests: 7, machine_lifetime_seconds: 60 },
    ...{ key_rate_limit: null, quota_machines: null, quota_vm_seconds: 90, quarantine: false },
    places: [
      { name: 'berlin', cidrs: ['192.0.2.0/24', '2001:db8::/32'] },
      { name: 'home', cidrs: ['198.51.100.7'] },
    ],
  });
  await cli(['account', 'update', '--place', 'none'], options);
  assert.deepEqual(seen[1]!.body, { places: [] });
  await cli(['environments', 'update', 'testing', '--network', 'none', '--rate-limit', 'none'], options);
  assert.deepEqual(
    [seen[2]!.line, seen[2]!.body],
    ['PATCH /v1/account/environments/testing', { rate_limit: null, networks: [] }],
  );
});

test('a setting that is no number, and no setting at all, are wrong usage in three lines', async (t) => {
  const { url, seen } = await startServer(t);
  const options = { home: temporaryHome(t), env: { INSTAVM_API_KEY: KEY, INSTAVM_BASE_URL: url } };
  for (const argv of [
    ['account', 'update'],
    ['account', 'update', '--quota-machines', 'many'],
    ['account', 'update', '--place', 'berlin'],
    ['environments', 'update', 'testing'],
    ['environments', 'update', 'staging', '--rate-limit', 'off'],
    ['keys', 'create', '--quarantine', 'maybe'],
  ]) {
    const { code, stderr } = await cli(argv, options);
    assert.equal(code, 2);
    assert.equal(stderr.trimEnd().split('\n').length, 3, stderr);
  }
  assert.equal(seen.length, 0);
});
