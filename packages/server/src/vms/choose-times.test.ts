import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  type AccountSettings,
  NO_ACCOUNT_SETTINGS,
  NO_ENVIRONMENT_SETTINGS,
} from '../auth/account-settings.ts';
import { ValidationError } from '../http/errors.ts';
import { startServer } from '../testing/server.ts';
import { chooseTimes } from './choose-times.ts';

const NONE = { idleTimeoutSeconds: null, lifetimeSeconds: null, lifetimeMaxSeconds: null };

function settings(
  account: Partial<AccountSettings['machineTimes']>,
  testing: Partial<AccountSettings['machineTimes']> = {},
): AccountSettings {
  return {
    ...NO_ACCOUNT_SETTINGS,
    machineTimes: { ...NONE, ...account },
    environments: new Map([
      ['testing', { ...NO_ENVIRONMENT_SETTINGS, machineTimes: { ...NONE, ...testing } }],
    ]),
  };
}

test('where nobody set anything: 300 seconds, never idle, a day in all', () => {
  assert.deepEqual(chooseTimes({}, NO_ACCOUNT_SETTINGS, 'testing'), {
    lifetime: { seconds: 300, from: 'server' },
    idle: { seconds: null, from: 'server' },
    lifetimeMax: { seconds: 86_400, from: 'server' },
  });
});

test('each time is the narrowest that is set: the machine, its environment, the account, the server', () => {
  const all = settings(
    { idleTimeoutSeconds: 100, lifetimeSeconds: 1000, lifetimeMaxSeconds: 10_000 },
    { idleTimeoutSeconds: 200, lifetimeSeconds: 2000, lifetimeMaxSeconds: 20_000 },
  );
  const asked = { vm_lifetime_seconds: 3000, idle_timeout_seconds: 300 };
  const chosen = (given: Parameters<typeof chooseTimes>[0], environment: string | null) => {
    const { idle, lifetime, lifetimeMax } = chooseTimes(given, all, environment);
    return [idle, lifetime, lifetimeMax].map(({ seconds, from }) => `${seconds} ${from}`);
  };
  assert.deepEqual(chosen(asked, 'testing'), ['300 session', '3000 session', '20000 environment']);
  assert.deepEqual(chosen({}, 'testing'), ['200 environment', '2000 environment', '20000 environment']);
  assert.deepEqual(chosen({}, 'production'), ['100 account', '1000 account', '10000 account']);
  assert.deepEqual(chosen({}, null), ['100 account', '1000 account', '10000 account']);
  assert.deepEqual(chosen({ vm_lifetime_seconds: null }, null), [
    '100 account',
    '1000 account',
    '10000 account',
  ]);
});

test('a lifetime beyond the bound is refused where it was asked for, and cut where it was not', () => {
  const bounded = settings({ lifetimeMaxSeconds: 200 }, { lifetimeMaxSeconds: 100 });
  assert.deepEqual(chooseTimes({}, bounded, null).lifetime, { seconds: 200, from: 'account' });
  assert.equal(chooseTimes({ vm_lifetime_seconds: 200 }, bounded, null).lifetime.seconds, 200);
  for (const [environment, said] of [
    [null, /more than 200.*account:write.*machine_lifetime_max_seconds of this account/],
    ['testing', /more than 100.*machine_lifetime_max_seconds of the environment testing/],
  ] as const) {
    assert.throws(
      () => chooseTimes({ vm_lifetime_seconds: 201 }, bounded, environment),
      (error) => error instanceof ValidationError && said.test(error.issues[0]!.msg),
    );
  }
});

test('settings that are changed hold for the next machine, by either way of making one, and not for those that run', async () => {
  const server = await startServer({ after });
  const ada = await server.person('Ada');
  const testing = (await ada.key({ environment: 'testing' })).text;
  const times = async (json: Record<string, unknown> = {}) => {
    const session = await server.ask('POST', '/v1/sessions/session', { json: { api_key: testing, ...json } });
    const vm = await server.ask('POST', '/v1/vms', { key: testing, json });
    assert.deepEqual([session.status, vm.status], [201, 201], session.text + vm.text);
    const seen = [session.json, vm.json].map((record) => [
      Date.parse(record.expires_at) - Date.parse(record.created_at),
      record.idle_timeout_seconds,
      Date.parse(record.absolute_expires_at) - Date.parse(record.created_at),
    ]);
    assert.deepEqual(seen[0], seen[1], 'both ways give the same');
    return { seen: seen[0], vmId: vm.json.vm_id };
  };
  const patch = async (path: string, json: Record<string, unknown>) => {
    const answer = await server.ask('PATCH', `/app/v1/account${path}`, { cookie: ada.cookie, json });
    assert.equal(answer.status, 200, answer.text);
  };
  const first = await times();
  assert.deepEqual(first.seen, [300_000, null, 86_400_000]);
  await patch('', {
    machine_lifetime_seconds: 400,
    machine_idle_timeout_seconds: 40,
    machine_lifetime_max_seconds: 4000,
  });
  assert.deepEqual((await times()).seen, [400_000, 40, 4_000_000]);
  await patch('/environments/testing', {
    machine_lifetime_seconds: 500,
    machine_idle_timeout_seconds: 50,
    machine_lifetime_max_seconds: 5000,
  });
  assert.deepEqual((await times()).seen, [500_000, 50, 5_000_000]);
  assert.deepEqual(
    (await times({ vm_lifetime_seconds: 600, idle_timeout_seconds: 60 })).seen,
    [600_000, 60, 5_000_000],
  );
  for (const [path, json] of [
    ['/v1/vms', {}],
    ['/v1/sessions/session', { api_key: testing }],
  ] as const) {
    const refused = await server.ask('POST', path, {
      ...(path === '/v1/vms' ? { key: testing } : {}),
      json: { ...json, vm_lifetime_seconds: 5001 },
    });
    assert.equal(refused.status, 422, refused.text);
    assert.match(refused.json.detail[0].msg, /environment testing/);
  }
  const running = (await server.ask('GET', `/v1/vms/${first.vmId}`, { key: testing })).json;
  assert.deepEqual([running.idle_timeout_seconds], [null], 'one that ran before keeps its times');
});
