import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiKeys } from '../operations/api-keys.ts';

const create = apiKeys.create.request.body;
const update = apiKeys.update.request.body;

/** Paths of what is wrong, unknown fields included. */
function wrong(schema: typeof create | typeof update, body: unknown): string[] {
  const issues = schema.safeParse(body).error?.issues ?? [];
  return issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : issue.path.join('.')));
}

test('a key needs no field at all, and null stands for none', () => {
  assert.deepEqual(create.parse({}), {});
  assert.deepEqual(create.parse(undefined), {});
  const nulls = {
    label: null,
    description: null,
    environment: null,
    scopes: null,
    owner: null,
    expires_at: null,
    not_before: null,
    idle_expiry_days: null,
    allowed_cidrs: null,
    rate_limit: null,
  };
  assert.deepEqual(create.parse(nulls), nulls);
});

test('on update a field left out differs from one that is cleared', () => {
  assert.deepEqual(update.parse({ label: null }), { label: null });
});

test('every settable field at once is taken and brought to one form', () => {
  const parsed = create.parse({
    label: '  Cafe\u0301 ',
    description: 'two\nlines',
    environment: 'production',
    scopes: ['read-only', 'vms:*', 'exec:run', 'exec:run'],
    owner: 'ops',
    expires_at: '2027-01-31T14:00:00+02:00',
    not_before: '2026-01-31T12:00:00Z',
    idle_expiry_days: 90,
    allowed_cidrs: ['192.0.2.0/24', '192.0.2.1', '2001:db8::/32', '::1'],
    rate_limit: '100/60s,burst=20',
  });
  assert.equal(parsed.label, 'Caf\u00E9');
  assert.deepEqual(parsed.scopes, ['read-only', 'vms:*', 'exec:run']);
  assert.equal(parsed.expires_at, '2027-01-31T12:00:00.000Z');
  assert.deepEqual(parsed.allowed_cidrs, ['192.0.2.0/24', '192.0.2.1/32', '2001:db8::/32', '::1/128']);
});

test('security: fields that only the server sets are refused by name on create and on update', () => {
  for (const field of [
    'id',
    'user_id',
    'status',
    'key_prefix',
    'full_key',
    'created_at',
    'created_from',
    'last_used',
    'rotated_to',
    'rotated_from',
    'userId',
  ]) {
    assert.deepEqual(wrong(create, { [field]: 1 }), [field]);
    assert.deepEqual(wrong(update, { [field]: 1 }), [field]);
  }
});

test('fields outside their bounds are refused', () => {
  const bad: Record<string, unknown[]> = {
    label: ['', '   ', 'x'.repeat(121), 'a\nb', 7],
    description: ['x'.repeat(1001), 'a\0b'],
    environment: ['', 'staging', 'Production'],
    scopes: [[], ['vms:fly'], ['full', ''], 'full', ['*']],
    owner: ['', 'x'.repeat(121)],
    expires_at: ['tomorrow', '2027-02-30T00:00:00Z', '2027-01-31', '2027-01-31T12:00:00', 1_800_000_000],
    not_before: ['2027-13-01T00:00:00Z'],
    idle_expiry_days: [0, -1, 1.5, 3651, '90'],
    allowed_cidrs: [[], ['192.0.2.0/33'], ['300.1.1.1'], ['localhost'], ['192.0.2.0/24/8'], '192.0.2.0/24'],
    rate_limit: ['', '100', 'fast'],
  };
  for (const [field, values] of Object.entries(bad)) {
    for (const value of values) {
      const [where] = wrong(create, { [field]: value });
      assert.equal(where?.split('.')[0], field, `${field}: ${JSON.stringify(value)}`);
    }
  }
});

test('a body that is no object is refused', () => {
  for (const body of [null, [], 'x', 1]) assert.equal(create.safeParse(body).success, false);
});

test('a list can be asked for one status, for all, or without a filter', () => {
  const query = apiKeys.list.request.query;
  assert.equal(query.parse({}).status, undefined);
  assert.equal(query.parse({ status: 'all' }).status, 'all');
  assert.equal(query.safeParse({ status: 'dead' }).success, false);
});

test('an id of a key is a whole number in plain digits', () => {
  const { params } = apiKeys.get.request;
  assert.equal(params.parse({ id: '42' }).id, 42);
  for (const id of ['', '0', '-1', '1.0', '1e3', ' 1', '01', '0x1', '९', '9'.repeat(16), 'abc']) {
    const issues = params.safeParse({ id }).error?.issues ?? [];
    assert.deepEqual(issues[0]?.path, ['id'], JSON.stringify(id));
  }
});
