import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../operation.ts';
import { PERMISSIONS } from '../permissions.ts';
import { codesOf, errorStatuses } from '../statuses.ts';
import { nouns, operations } from './index.ts';

/** Operations of each group of the published client 0.26.1. WS are the two sockets. */
const PUBLISHED = {
  SES: 7,
  EXE: 3,
  FIL: 2,
  USR: 2,
  CRD: 7,
  KEY: 5,
  SSH: 3,
  AUD: 3,
  VM: 14,
  SNP: 4,
  TPL: 4,
  VOL: 12,
  EGR: 4,
  SHR: 2,
  DOM: 6,
  BRW: 13,
  CU: 9,
  REC: 4,
  PTY: 10,
  WS: 2,
  VLT: 16,
  TAP: 11,
  WHK: 10,
};

const published = operations.flatMap((op) => op.published ?? []);

test('every operation and socket of the published client is here exactly once', () => {
  const expected = Object.entries(PUBLISHED).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => `${group}-${index + 1}`),
  );
  assert.deepEqual([...published].sort(), expected.sort());
  assert.equal(published.length, 151 + 2);
});

test('the sockets are the two that the client opens, with the key in their query', () => {
  const sockets = operations.filter((op) => op.socket);
  assert.deepEqual(
    sockets.map((op) => op.published),
    ['WS-1', 'WS-2'],
  );
  assert.ok(operations.every((op) => (op.credential === 'query') === (op.socket === true)));
});

test('one operation alone takes its credential from the body', () => {
  const inBody = operations.filter((op) => op.credential === 'body').map((op) => op.id);
  assert.deepEqual(inBody, ['sessions.create']);
});

test('only the operations that nobody needs a key for are without a credential', () => {
  const open = operations.filter((op) => op.credential === 'none').map((op) => op.id);
  assert.deepEqual(open, [
    'apiKeys.reportLeak',
    'templates.list',
    'templates.get',
    'cliAuth.start',
    'cliAuth.exchange',
    'oauth.token',
    'oauth.deviceAuthorization',
  ]);
});

test('an id is the name of the object and of its member', () => {
  for (const [noun, members] of Object.entries(nouns)) {
    for (const [verb, operation] of Object.entries<Operation>(members)) {
      assert.equal(operation.id, `${noun}.${verb}`);
    }
  }
});

test('no two operations share a method and path, nor an id', () => {
  const routes = operations.map((op) => `${op.method} ${op.path.replace(/\{\w+\}/g, '{}')}`);
  assert.equal(new Set(routes).size, operations.length);
  assert.equal(new Set(operations.map((op) => op.id)).size, operations.length);
});

test('every operation with a credential names a known permission, and no other does', () => {
  for (const { id, credential, permission } of operations) {
    if (credential === 'none') assert.equal(permission, null, id);
    else assert.ok(permission !== null && Object.hasOwn(PERMISSIONS, permission), id);
  }
});

test('a fixed path comes before one whose parameter would match it', () => {
  operations.forEach((earlier, index) => {
    for (const later of operations.slice(index + 1)) {
      if (earlier.method !== later.method || !patternOf(earlier.path).test(later.path)) continue;
      assert.fail(`${later.method} ${later.path} must come before ${earlier.path}`);
    }
  });
});

test('what is built has an answer, schemas of its path parameters and a 404 for them', () => {
  for (const { id, built, path, request, response, errors = [] } of operations) {
    if (!built) {
      assert.equal(response, undefined, id);
      continue;
    }
    assert.ok(response, id);
    const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
    assert.deepEqual(Object.keys(request?.params?.shape ?? {}), names, id);
    // The question whether a session is alive has an answer for every id.
    if (names.length > 0 && id !== 'sessions.status') assert.ok(errors.includes(404), id);
  }
});

test('what is not built says so with 501', () => {
  for (const operation of operations.filter((op) => !op.built)) {
    assert.ok(errorStatuses(operation).includes(501), operation.id);
  }
});

test('every status of an error has a code', () => {
  for (const operation of operations) {
    for (const status of errorStatuses(operation)) {
      assert.ok(codesOf(status).length > 0, `${operation.id}: ${status}`);
    }
  }
});

/** Matches each path that a router would give to this one. */
function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{path\}/g, '.*').replace(/\{\w+\}/g, '[^/]+')}$`);
}
