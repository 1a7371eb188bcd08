import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMailConfig } from './mail-config.ts';

function parse(env: Record<string, string>, publicUrl: string | null = 'https://vm.example.org') {
  const problems: string[] = [];
  return { value: parseMailConfig((name) => env[name], publicUrl, problems), problems };
}

test('without an SMTP server there is no mail; with one it comes from the public host unless told otherwise', () => {
  assert.deepEqual(parse({}), { value: null, problems: [] });
  const smtpUrl = 'smtps://mail.example.org';
  assert.deepEqual(parse({ INSTAVM_SMTP_URL: smtpUrl }).value, {
    smtpUrl,
    from: 'InstaVM <instavm@vm.example.org>',
  });
  const from = 'Machines <vm@example.org>';
  assert.equal(parse({ INSTAVM_SMTP_URL: smtpUrl, INSTAVM_MAIL_FROM: from }).value?.from, from);
});

test('every mistake is a problem, and none shows the password', () => {
  for (const env of [
    { INSTAVM_MAIL_FROM: 'a@example.org' },
    { INSTAVM_SMTP_URL: 'http://u:hunter2@mail.example.org' },
    { INSTAVM_SMTP_URL: 'hunter2' },
    { INSTAVM_SMTP_URL: 'smtp://mail.example.org', INSTAVM_MAIL_FROM: 'no address' },
    { INSTAVM_SMTP_URL: 'smtp://mail.example.org', INSTAVM_MAIL_FROM: 'a@b\r\nBcc: c@d' },
  ]) {
    const { problems } = parse(env as Record<string, string>);
    assert.equal(problems.length, 1, JSON.stringify(env));
    assert.doesNotMatch(problems[0]!, /hunter2/);
  }
});

test('links need a public address, unless the mail server is this machine', () => {
  assert.equal(parse({ INSTAVM_SMTP_URL: 'smtp://mail.example.org' }, null).problems.length, 1);
  assert.equal(parse({ INSTAVM_SMTP_URL: 'smtp://127.0.0.1:25' }, null).problems.length, 0);
});
