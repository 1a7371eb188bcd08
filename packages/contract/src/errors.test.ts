import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ERRORS,
  type ErrorInfo,
  INVALID_CREDENTIAL_DETAIL,
  RATE_LIMIT_DETAIL,
  SESSION_EXPIRED_DETAIL,
} from './errors.ts';

test('the texts that users of the published client know stay as they are', () => {
  assert.equal(INVALID_CREDENTIAL_DETAIL, 'Invalid API key or session expired');
  assert.equal(SESSION_EXPIRED_DETAIL, 'Session expired');
  assert.equal(RATE_LIMIT_DETAIL, 'Rate limit exceeded');
});

test('every error has a status, a title, and sentences on what happened and what to do', () => {
  for (const [code, info] of Object.entries<ErrorInfo>(ERRORS)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(info.status >= 400 && info.status < 600, code);
    assert.match(info.title, /^[A-Z].*[^.]$/, code);
    assert.match(info.meaning, /^[A-Z].*\.$/, code);
    assert.match(info.next, /^[A-Z].*\.$/, code);
    assert.doesNotMatch(info.meaning + info.next, /!/, code);
  }
});

test('titles tell the errors apart', () => {
  const titles = Object.values<ErrorInfo>(ERRORS).map((info) => info.title);
  assert.equal(new Set(titles).size, titles.length);
});

test('a dead key is 401 and a session that ended never is', () => {
  const dead = [
    'key_revoked',
    'key_expired',
    'key_rotated',
    'key_disabled',
    'key_not_yet_valid',
    'account_suspended',
  ] as const;
  for (const code of dead) assert.equal(ERRORS[code].status, 401, code);
  assert.equal(ERRORS.session_expired.status, 410);
});
