import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { mintKey, mintSecret } from '@instavm/keyformat';
import { eventBody, eventId } from './event-body.ts';

const event = {
  ...{
    seq: 7,
    at: '2026-01-01T00:00:00.000Z',
    account_id: 1,
    environment: 'testing',
    vm_id: 'vm_1',
    session_id: null,
  },
  ...{ resource_type: 'vm', resource_id: 'vm_1', payload: '{"reason":"déleted"}' },
};

test('a body is the event as JSON, and the same each time', () => {
  const body = eventBody(event, 'vm.terminated', false);
  assert.deepEqual(JSON.parse(body), {
    ...{
      id: 'evt_7',
      event_type: 'vm.terminated',
      created_at: event.at,
      account_id: 1,
      environment: 'testing',
    },
    ...{
      vm_id: 'vm_1',
      session_id: null,
      resource_type: 'vm',
      resource_id: 'vm_1',
      data: { reason: 'déleted' },
    },
  });
  assert.equal(eventBody(event, 'vm.terminated', false), body);
  assert.notEqual(eventId(7, true), eventId(7, false), 'a test is no event of the trail');
});

test('a body is bounded, whatever an event holds', () => {
  const body = eventBody(
    { ...event, payload: JSON.stringify({ a: 'x'.repeat(1e6) }) },
    'vm.terminated',
    false,
  );
  assert.ok(body.length < 1000);
  assert.equal(JSON.parse(body).data.is_cut, true);
});

test('security: a secret that got into an event does not leave with it', () => {
  for (const secret of [mintKey(randomBytes), mintSecret('webhook_secret', randomBytes)]) {
    const body = eventBody({ ...event, payload: JSON.stringify({ note: secret }) }, 'vm.terminated', false);
    assert.equal(body.includes(secret.slice(-30)), false);
    assert.ok(JSON.parse(body).data.note.endsWith('…'), 'control');
  }
});
