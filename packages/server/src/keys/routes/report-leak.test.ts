import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { checksum, mintKey } from '@instavm/keyformat';
import { startServer, withoutRequestId } from '../../testing/server.ts';

const server = await startServer({ after });
const ada = await server.person('Ada');
const admin = await ada.key();

const report = (key: string) => server.ask('POST', '/v1/api-keys/report-leak', { json: { key } });

test('abuse case 33: a report with the whole key ends it, and a thousand random keys get the very same answer', async () => {
  const leaked = await ada.key({ label: 'leaked', owner: 'ops' });
  assert.equal((await server.ask('GET', '/v1/vms', { key: leaked.text })).status, 200, 'control');
  const answer = await report(leaked.text);
  assert.equal(answer.status, 202);
  const refused = await server.ask('GET', '/v1/vms', { key: leaked.text });
  assert.deepEqual([refused.status, refused.json.code], [401, 'key_revoked']);
  const { json } = await server.ask('GET', `/v1/api-keys/${leaked.id}`, { key: admin.text });
  assert.deepEqual([json.status, json.end_reason], ['revoked', 'leaked']);
  for (let i = 0; i < 1000; i++) {
    const other = await report(mintKey(randomBytes));
    assert.deepEqual([other.status, withoutRequestId(other.text)], [202, withoutRequestId(answer.text)]);
  }
  assert.equal((await report(leaked.text)).text, answer.text);
});

test('abuse case 33: less than the whole key, or its id with another secret, ends nothing', async () => {
  const key = await ada.key();
  const forged = `instavm_sk_${key.publicId}${mintKey(randomBytes).slice(23, 55)}`;
  for (const text of [key.text.slice(0, -1), key.text.slice(0, 23), forged + checksum(forged), 'x']) {
    assert.equal((await report(text)).status, 202);
  }
  assert.equal((await server.ask('GET', '/v1/vms', { key: key.text })).status, 200);
});

test('a report that is none is refused, and too long a text is not looked at', async () => {
  for (const json of [{}, { key: '' }, { key: 7 }, { key: 'x'.repeat(301) }, { key: 'x', more: 1 }]) {
    assert.equal((await server.ask('POST', '/v1/api-keys/report-leak', { json })).status, 422);
  }
});
