import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PASSWORD, startServer } from '../../testing/server.ts';

const SIGN_IN = '/app/auth/sign-in/email';

test('abuse case 14: sign-in attempts from other addresses of one /64, and other spellings, count as one caller', async (t) => {
  const server = await startServer(t, { config: { trustedProxies: ['127.0.0.1/32'] } });
  const { email } = await server.person('Ada');
  const from = (address: string, password: string) =>
    server.ask('POST', SIGN_IN, {
      json: { email, password },
      headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' },
    });
  for (const addresses of [
    (i: number) => `2001:db8:1:2::${i.toString(16)}`,
    (i: number) => ['203.0.113.5', '::ffff:203.0.113.5', '::FFFF:cb00:7105'][i % 3]!,
  ]) {
    for (let i = 0; i < 10; i++) assert.equal((await from(addresses(i), 'wrong')).status, 401, addresses(i));
    const eleventh = await from(addresses(10), 'wrong');
    assert.deepEqual([eleventh.status, eleventh.json.code], [429, 'rate_limit_exceeded'], addresses(10));
  }
  assert.equal((await from('2001:db8:1:3::1', PASSWORD)).status, 200, 'control: the next network');
  assert.equal((await from('203.0.113.6', PASSWORD)).status, 200, 'control: the next address');
});

test('abuse case 15: without a trusted proxy no header moves an attempt to another caller', async (t) => {
  const server = await startServer(t);
  const { email } = await server.person('Ada');
  const attempt = (i: number) =>
    server.ask('POST', SIGN_IN, {
      json: { email, password: 'wrong' },
      headers: {
        'x-forwarded-for': `203.0.113.${i}`,
        'x-real-ip': `203.0.113.${i}`,
        forwarded: `for=203.0.113.${i}`,
      },
    });
  // The person above has signed in once.
  for (let i = 0; i < 9; i++) assert.equal((await attempt(i)).status, 401);
  assert.equal((await attempt(10)).status, 429);
});
