import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessions } from '../operations/sessions.ts';
import { vms } from '../operations/vms.ts';

const session = sessions.create.request.body;
const vm = vms.create.request.body;

test('what the published client sends to start a session is taken', () => {
  const body = {
    api_key: 'instavm_sk_x',
    vm_lifetime_seconds: 300,
    metadata: { team: 'a' },
    env: { PATH_X: '1' },
  };
  assert.deepEqual(session.parse(body), body);
});

test('times that are not given stay open, because settings of the account fill them', () => {
  for (const schema of [session, vm]) {
    assert.deepEqual(schema.parse({}), {});
    const nothing = { vm_lifetime_seconds: null, idle_timeout_seconds: null };
    assert.deepEqual(schema.parse(nothing), nothing);
  }
  assert.deepEqual(vm.parse(undefined), {});
});

test('unknown fields are ignored, as the published client passes any on', () => {
  assert.deepEqual(vm.parse({ colour: 'red', memory_mb: 512 }), { memory_mb: 512 });
});

test('sizes, lifetimes, metadata and variables keep to their bounds', () => {
  const cases: Record<string, { good: unknown[]; bad: unknown[] }> = {
    vm_lifetime_seconds: { good: [20, 86_400], bad: [19, 86_401, 30.5, '300', true] },
    idle_timeout_seconds: { good: [20, 86_400, null], bad: [19, 86_401, 30.5, '300'] },
    memory_mb: { good: [128, 8192, null], bad: [126, 8194, 129, '512'] },
    vcpu_count: { good: [1, 8, null], bad: [0, 9, 1.5] },
    metadata: { good: [{}, { 'any key': '' }], bad: [{ n: 1 }, [], { '': 'x' }, { deep: {} }] },
    env: {
      good: [{ A_1: 'x=y\n' }],
      bad: [{ '1A': 'x' }, { 'A-B': 'x' }, { A: 1 }, { A: 'a\0b' }, { '': 'x' }],
    },
  };
  for (const [field, { good, bad }] of Object.entries(cases)) {
    for (const schema of [session, vm]) {
      for (const value of good)
        assert.equal(
          schema.safeParse({ [field]: value }).success,
          true,
          `${field}: ${JSON.stringify(value)}`,
        );
      for (const value of bad)
        assert.equal(
          schema.safeParse({ [field]: value }).success,
          false,
          `${field}: ${JSON.stringify(value)}`,
        );
    }
  }
});

test('options that a version lacks reach the server, which can then refuse them by name', () => {
  const options = {
    snapshot_id: 'snap_1',
    session_id: 'b7a6',
    image_variant: 'nix-dev',
    volumes: [{ volume_id: 'v', mount_path: '/data', mode: 'ro', checkpoint_id: null }],
    egress_policy: { allow_http: false, allowed_domains: ['example.org'] },
    vault_ids: ['vlt_1'],
    auto_suspend: true,
    auto_resume: false,
    snapshot_on_terminate: true,
    snapshot_name: 'nightly',
  };
  assert.deepEqual(vm.parse(options), options);
  assert.equal(vm.safeParse({ image_variant: 'windows' }).success, false);
});

test('a create waits for its machine unless told not to', () => {
  const { query } = vms.create.request;
  assert.equal(query.parse({}).wait, true);
  assert.equal(query.parse({ wait: 'true' }).wait, true);
  assert.equal(query.parse({ wait: 'false' }).wait, false);
  for (const wait of ['', 'yes', 'True', ['true', 'false']])
    assert.equal(query.safeParse({ wait }).success, false);
});
