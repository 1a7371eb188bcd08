import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { InstaVM, InstaVMError, verifyWebhook } from '../index.ts';

const SECRET = 'whsec_abc';
const AT = 1_700_000_000;
const BODY = '{"event_type":"vm.terminated"}';
const SIGNATURE = '44db9ce5fa0a59a9496831e2de727b70407a3c5e026cc57e86490e862e18c2e5';
const HEADER = `t=${AT},v1=${SIGNATURE}`;

const at = (seconds: number) => ({ now: () => seconds * 1000 });
const sign = (body: string | Uint8Array, secret = SECRET, t = String(AT)) =>
  `t=${t},v1=${createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex')}`;

test('the vector of the published contract is accepted, as text and as bytes, by client and function', async () => {
  const verified = await verifyWebhook(SECRET, HEADER, BODY, at(AT));
  assert.deepEqual(verified.event, { event_type: 'vm.terminated' });
  assert.equal(verified.timestamp.toISOString(), '2023-11-14T22:13:20.000Z');
  assert.equal(HEADER, sign(BODY), 'control: the vector is what Node computes');
  await verifyWebhook(SECRET, HEADER.toUpperCase().replace('T=', 't=').replace('V1', 'v1'), BODY, at(AT));
  await verifyWebhook(SECRET, ` t=${AT}, v0=x, v1=${SIGNATURE}`, new TextEncoder().encode(BODY), at(AT));
  await new InstaVM('x').webhooks.verify(SECRET, HEADER, BODY, at(AT));
});

test('a delivery is good for 300 s in both directions, or as long as said', async () => {
  for (const seconds of [AT - 300, AT + 300]) await verifyWebhook(SECRET, HEADER, BODY, at(seconds));
  for (const seconds of [AT - 301, AT + 301])
    await assert.rejects(verifyWebhook(SECRET, HEADER, BODY, at(seconds)), { code: 'stale_timestamp' });
  await verifyWebhook(SECRET, HEADER, BODY, { ...at(AT + 9999), toleranceSeconds: 9999 });
  await verifyWebhook(SECRET, HEADER, BODY, { ...at(AT * 2), toleranceSeconds: -1 });
  await assert.rejects(verifyWebhook(SECRET, HEADER, BODY), { code: 'stale_timestamp' }, 'by the real clock');
});

test('security: another body, secret, time or signature is refused', async () => {
  for (const [header, body, secret] of [
    [HEADER, `${BODY} `, SECRET],
    [HEADER, BODY, 'whsec_abd'],
    [HEADER, BODY, ''],
    [`t=${AT + 1},v1=${SIGNATURE}`, BODY, SECRET],
    [`t=${AT},v1=${SIGNATURE.replace('4', '5')}`, BODY, SECRET],
    [`t=${AT},v1=${SIGNATURE.slice(2)}`, BODY, SECRET],
    [`t=${AT},v1=`, BODY, SECRET],
    [sign(BODY, ''), BODY, ''],
  ] as const) {
    await assert.rejects(verifyWebhook(secret, header, body, at(AT)), { code: 'invalid_signature' }, header);
  }
});

test('what is missing or malformed has a word of its own, under the root of all errors', async () => {
  for (const [header, code] of [
    [null, 'missing_header'],
    [' ', 'missing_header'],
    ['nonsense', 'malformed_header'],
    [`v1=${SIGNATURE}`, 'malformed_header'],
    [`t=1.5,v1=${SIGNATURE}`, 'malformed_header'],
    [`t=${AT}`, 'missing_signature'],
  ] as const) {
    await assert.rejects(verifyWebhook(SECRET, header, BODY, at(AT)), (error: unknown) => {
      assert.ok(error instanceof InstaVMError);
      assert.deepEqual([error.name, error.code], ['WebhookVerificationError', code]);
      assert.ok(error.hint);
      return true;
    });
  }
});

test('a signed body that is no event is refused all the same', async () => {
  for (const body of ['', '[1]', 'null', '{"event_type":1}', '{}'])
    await assert.rejects(verifyWebhook(SECRET, sign(body), body, at(AT)), { code: 'invalid_payload' });
  const bytes = Uint8Array.from([0xff, 0xfe]);
  await assert.rejects(verifyWebhook(SECRET, sign(bytes), bytes, at(AT)), { code: 'invalid_payload' });
});

test('while a secret is rotated either is good, whichever of several signatures it made', async () => {
  const two = `${HEADER},v1=${'0'.repeat(64)}`;
  await verifyWebhook(['whsec_new', SECRET], HEADER, BODY, at(AT));
  await verifyWebhook(SECRET, two, BODY, at(AT));
  await assert.rejects(verifyWebhook(['whsec_new', 'whsec_other'], two, BODY, at(AT)), {
    code: 'invalid_signature',
  });
});
