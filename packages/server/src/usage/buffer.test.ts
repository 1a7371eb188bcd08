import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../auth/principal.ts';
import type { ServedRequest } from '../http/served-request.ts';
import { type Room, UsageBuffer } from './buffer.ts';
import { CLIENTS_OF_KEY_MAX } from './client-room.ts';

const START_MS = Date.UTC(2030, 0, 1);

function served(given: Partial<ServedRequest> & { keyId?: number; accountId?: number } = {}): ServedRequest {
  const { keyId = 1, accountId = 1, ...rest } = given;
  return {
    principal: { kind: 'api_key', accountId, keyId, environment: null } as Principal,
    operationId: 'vms.list',
    route: 'GET /v1/vms',
    address: '192.0.2.1',
    client: 'curl/8.1',
    status: 200,
    code: null,
    requestId: 'r',
    receivedAtMs: START_MS,
    durationMs: 1,
    bytesIn: 1,
    bytesOut: 2,
    vmId: null,
    sessionId: null,
    ...rest,
  };
}

function openBuffer(room?: Room): UsageBuffer {
  let batch = 0;
  return new UsageBuffer(() => ++batch, room);
}

function sums(buffer: UsageBuffer, kind: string, accountId = 1): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { subject, tally } of buffer.unfinished(accountId).rows) {
    if (subject.kind !== kind) continue;
    const name = `${subject.keyId} ${subject.vmId}${subject.route}${subject.client}`.trim();
    found[name] = (found[name] ?? 0) + tally.requests;
  }
  return found;
}

test('requests of nobody are counted for nobody', () => {
  const buffer = openBuffer();
  buffer.note({ ...served(), principal: null });
  assert.equal(buffer.size.users, 0);
});

test('a flood of made-up clients takes the room of some, and every request is counted', () => {
  const buffer = openBuffer();
  for (let i = 0; i < 5000; i++) buffer.note(served({ client: `made-up-${i}/1` }));
  const clients = sums(buffer, 'key_client');
  assert.equal(Object.keys(clients).length, CLIENTS_OF_KEY_MAX + 1);
  assert.equal(clients['1 other'], 5000 - CLIENTS_OF_KEY_MAX);
  assert.deepEqual(sums(buffer, 'key'), { '1': 5000 });
  buffer.note(served({ client: 'made-up-0/1' }));
  assert.equal(sums(buffer, 'key_client')['1 made-up-0/1'], 2, 'the first ones stay apart');
  buffer.note(served({ client: 'next-day/1', receivedAtMs: START_MS + 86_400_000 }));
  assert.equal(sums(buffer, 'key_client')['1 next-day/1'], 1, 'and the next day has room again');
});

const SMALL: Room = { cells: 20, cellsOfAccount: 12, users: 10, usersOfAccount: 6, minutes: 3 };

test('security: an account that floods has its own use counted together, and no other one loses its details', () => {
  const buffer = openBuffer(SMALL);
  for (let keyId = 1; keyId <= 100; keyId++) buffer.note(served({ keyId }));
  for (let i = 0; i < 100; i++) buffer.note(served({ route: `GET /${i}`, vmId: `vm_${i}` }));
  const keys = sums(buffer, 'key');
  assert.equal(Object.keys(keys).length, 7);
  assert.equal(keys['-1'], 94, 'keys without room are counted as one');
  assert.deepEqual(sums(buffer, 'environment'), { '0': 200 });
  // A route takes one place and its machine another: 5 were left.
  assert.equal(sums(buffer, 'key_route')['1 other'], 97, 'routes without room too');
  buffer.note(served({ accountId: 2, keyId: 200, route: 'GET /mine', client: 'mine/1' }));
  assert.deepEqual(sums(buffer, 'key_route', 2), { '200 GET /mine': 1 });
  assert.deepEqual(sums(buffer, 'key_client', 2), { '200 mine/1': 1 });
});

test('memory is bounded, whoever asks and however long nothing can be written', () => {
  const buffer = openBuffer(SMALL);
  const total = 5000;
  for (let i = 0; i < total; i++) {
    const receivedAtMs = START_MS + (i % 50) * 60_000;
    buffer.note(
      served({ accountId: i % 40, keyId: i, client: `c${i}/1`, route: `GET /${i % 9}`, receivedAtMs }),
    );
  }
  const { users, cells, minutes, dropped } = buffer.size;
  assert.ok(minutes <= SMALL.minutes);
  assert.ok(users <= 2 * SMALL.users);
  assert.ok(cells <= SMALL.cells + 2 * SMALL.users);
  let counted = 0;
  for (let accountId = 0; accountId < 40; accountId++)
    counted += sums(buffer, 'environment', accountId)['0'] ?? 0;
  assert.equal(counted + dropped, total, 'what there is no room for at all is known to be missing');
});

test('what has been written and is over gives its room back', () => {
  const buffer = openBuffer(SMALL);
  for (let keyId = 1; keyId <= 30; keyId++)
    buffer.note(served({ keyId, vmId: 'vm_a', accountId: keyId % 3 }));
  for (const minute of buffer.minutes) buffer.forget(minute);
  assert.deepEqual(buffer.size, { users: 0, cells: 0, minutes: 0, dropped: buffer.size.dropped });
  buffer.note(served({ receivedAtMs: START_MS + 60_000 }));
  assert.deepEqual(sums(buffer, 'key'), { '1': 1 });
});

test('a minute that comes again after it was forgotten has a batch of its own', () => {
  const buffer = openBuffer();
  buffer.note(served());
  const [first] = buffer.minutes;
  buffer.forget(first!);
  buffer.note(served());
  const [again] = buffer.minutes;
  assert.equal(again!.at, first!.at);
  assert.notEqual(again!.batch, first!.batch);
});
