import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_ENVIRONMENT_SETTINGS } from '../auth/account-settings.ts';
import { atlasOf, isNear, placeOfId } from './place.ts';

const atlas = atlasOf({
  places: [{ name: 'Office', cidrs: ['198.51.100.0/24', '2001:db8:aa::/48'] }],
  environments: new Map([
    ['production', { ...NO_ENVIRONMENT_SETTINGS, networks: ['203.0.113.0/24', '10.1.0.0/16'] }],
    ['testing', { ...NO_ENVIRONMENT_SETTINGS, networks: ['10.1.2.0/24'] }],
  ]),
});
const idOf = (address: string) => atlas.where(address, null).place?.id;

test('an address is one of its /24 or /48, and addresses that anybody can have are one place', () => {
  assert.equal(idOf('192.0.2.77'), '192.0.2.0/24');
  assert.equal(idOf('2001:db8:1:2::3'), '2001:db8:1::/48');
  for (const address of ['127.0.0.1', '10.9.8.7', '192.168.1.1', '100.64.0.1', '::1', 'fd00::1', 'fe80::1']) {
    assert.equal(idOf(address), 'a private network', address);
  }
  assert.equal(idOf(''), undefined);
  assert.equal(idOf('nonsense'), undefined);
});

test('a place that the account has named is one, whatever its networks are', () => {
  assert.equal(idOf('198.51.100.9'), 'Office');
  assert.equal(idOf('2001:db8:aa:1::9'), 'Office');
  assert.equal(atlas.where('2001:db8:aa:1::9', null).place?.family, 6);
});

test('networks are near within a /16 or a /32; a named place has no neighbours', () => {
  const near = (one: string, other: string) => isNear(one, placeOfId(other));
  assert.equal(near('192.0.2.0/24', '192.0.77.0/24'), true);
  assert.equal(near('192.0.2.0/24', '192.1.2.0/24'), false);
  assert.equal(near('2001:db8:1::/48', '2001:db8:2::/48'), true);
  assert.equal(near('2001:db8:1::/48', '2001:db9:1::/48'), false);
  assert.equal(near('Office', 'Office'), false);
  assert.equal(near('Office 2', 'Office'), false);
});

test("an address is inside a key's own environment, in another one's, or in none that anybody said", () => {
  const of = (address: string, environment: string | null) => {
    const { isInside, foreign } = atlas.where(address, environment);
    return [isInside, foreign];
  };
  assert.deepEqual(of('203.0.113.5', 'production'), [true, null]);
  assert.deepEqual(of('192.0.2.1', 'production'), [false, null]);
  assert.deepEqual(of('203.0.113.5', 'development'), [null, 'production']);
  assert.deepEqual(of('10.1.2.3', 'testing'), [true, null], 'its own, though it is in another one too');
  assert.deepEqual(of('203.0.113.5', null), [null, null], 'a key of no environment belongs everywhere');
  assert.deepEqual(of('127.0.0.1', 'production'), [null, null], 'a tunnel is nowhere');
});
