import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/folder.ts';
import { startIssuer } from '../testing/issuer.ts';
import { startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';

test('security: an older backup brings back no policy, no key of one and no token of a machine that have ended since', async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(temporaryFolder(t), 'backup.tar');
  const config = { webhookAllow: ['127.0.0.0/8'] };
  const first = await startServer(t, { dataDir, config });
  const issuer = await startIssuer(t);
  const key = (await (await first.person('Ada')).key()).text;
  const make = async (name: string) =>
    (
      await first.ask('POST', '/v1/trust-policies', {
        key,
        json: { name, issuer: issuer.url, audience: 'here', subject: name, scopes: ['vms:read'] },
      })
    ).json.id;
  const [gone, kept] = [await make('gone'), await make('kept')];
  const nowSeconds = Math.floor(first.world.now() / 1000);
  const exchange = async (server: typeof first, id: number, sub: string) => {
    const token = await issuer.sign({
      ...{ iss: issuer.url, aud: 'here', sub },
      ...{ iat: nowSeconds, exp: nowSeconds + 3600 },
    });
    return server.ask('POST', '/oauth/token', {
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token: token,
        policy_id: String(id),
      }),
    });
  };
  const exchanged = (await exchange(first, gone, 'gone')).json.access_token;
  const vm = (await first.ask('POST', '/v1/vms', { key, json: {} })).json.vm_id;
  const { token } = (await first.ask('POST', `/v1/vms/${vm}/tokens`, { key, json: {} })).json;
  await toolOn(dataDir)(`backup ${file}`);
  assert.equal((await first.ask('DELETE', `/v1/trust-policies/${gone}`, { key })).status, 200);
  assert.equal((await first.ask('DELETE', `/v1/vms/${vm}`, { key })).status, 200);
  await first.close();

  const restored = await toolOn(dataDir)(`restore ${file} --force`);
  assert.match(restored.printed, /1 live API key/);
  const second = await startServer(t, { dataDir, config });
  assert.equal((await exchange(second, gone, 'gone')).status, 400);
  assert.equal((await exchange(second, kept, 'kept')).status, 200, 'control');
  for (const text of [exchanged, token]) {
    assert.equal((await second.ask('GET', '/v1/whoami', { key: text })).status, 401);
  }
  assert.equal((await second.ask('GET', '/v1/whoami', { key })).status, 200, 'control');
  const { items } = (await second.ask('GET', '/v1/audit/events?event_type=trust_policy.deleted', { key }))
    .json;
  assert.deepEqual([items[0].actor_type, items[0].resource_id], ['operator', String(gone)]);
});
