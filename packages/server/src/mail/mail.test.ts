import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import type { ParsedMail } from 'mailparser';
import { filesHolding } from '../testing/folder.ts';
import { startMailServer } from '../testing/mail-server.ts';
import { startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';
import { until } from '../testing/until.ts';

const DAY_MS = 86_400_000;
const PASSWORD = 'another long password';

const smtp = await startMailServer({ after });
const server = await startServer(
  { after },
  { config: { mail: { smtpUrl: smtp.url, from: 'InstaVM <vm@example.org>' }, signUp: 'open' } },
);
const ada = await server.person('Ada');

/** The token in the link of a mail, which has to be in both parts. */
function tokenIn(mail: ParsedMail, page: string): string {
  const pattern = new RegExp(`${server.url}/${page}#token=([\\w-]{43})`);
  const [inText, inHtml] = [mail.text, mail.html].map((part) => pattern.exec(String(part))?.[1]);
  assert.ok(inText, String(mail.text));
  assert.equal(inText, inHtml);
  return inText;
}

/** A minute later, so that the throttle of addresses is no part of it. */
const forgot = (email: string) => {
  server.world.advance(61_000);
  return server.ask('POST', '/app/auth/forgot-password', { json: { email } });
};
const reset = (token: string, password = PASSWORD) =>
  server.ask('POST', '/app/auth/reset-password', { json: { token, password } });

test('an invitation is mailed, and its link is accepted', async () => {
  const made = await server.ask('POST', '/app/v1/invitations', {
    cookie: ada.cookie,
    json: { email: 'eve@example.com', role: 'viewer' },
  });
  assert.equal(made.status, 201, made.text);
  const mail = await smtp.mailTo('eve@example.com');
  assert.equal(mail.subject, 'Ada invites you to Ada');
  assert.equal(mail.from?.text, '"InstaVM" <vm@example.org>');
  const token = tokenIn(mail, 'invitation');
  assert.ok(made.json.link.endsWith(token), 'without mail it is in the answer all the same');
  const accepted = await server.ask('POST', '/app/invitations/accept', {
    json: { token, name: 'Eve', password: PASSWORD },
  });
  assert.equal(accepted.status, 201, accepted.text);
});

test('a forgotten password is replaced by link, once, and every sign-in of the person ends', async () => {
  const bob = await server.person('Bob');
  const key = await bob.key();
  const asked = await forgot('Bob@Example.com ');
  assert.equal(asked.status, 202, asked.text);
  const token = tokenIn(await smtp.mailTo('bob@example.com'), 'reset-password');
  assert.equal((await reset(token, 'short')).status, 422, 'a bad password does not use it up');
  assert.equal((await reset(token)).status, 200);
  assert.equal((await server.ask('GET', '/app/v1/whoami', { cookie: bob.cookie })).status, 401);
  assert.equal((await server.ask('GET', '/v1/whoami', { key: key.text })).status, 200, 'keys stay');
  await server.signIn('bob@example.com', PASSWORD);
  const again = await reset(token);
  assert.deepEqual([again.status, again.json.code], [410, 'link_not_valid']);
});

test('security: the newest link alone works, and for an hour', async () => {
  await server.person('Cleo');
  await forgot('cleo@example.com');
  const first = tokenIn(await smtp.mailTo('cleo@example.com', 0), 'reset-password');
  await forgot('cleo@example.com');
  const second = tokenIn(await smtp.mailTo('cleo@example.com', 1), 'reset-password');
  server.world.advance(61_000);
  assert.equal((await reset(first)).status, 410);
  server.world.advance(3_600_001);
  assert.equal((await reset(second)).status, 410);
});

test('security: an e-mail that nobody has gets the same answer and no mail; a mailbox cannot be filled', async () => {
  await server.person('Dora');
  const known = await forgot('dora@example.com');
  const unknown = await forgot('nobody@example.com');
  assert.deepEqual([known.status, known.text], [unknown.status, unknown.text]);
  for (let i = 0; i < 7; i++) await forgot('dora@example.com');
  await smtp.mailTo('dora@example.com', 4);
  // One more of somebody else's, so that all that came before it was sent.
  server.world.advance(60_000);
  await server.person('Emil');
  await forgot('emil@example.com');
  await smtp.mailTo('emil@example.com');
  const count = (address: string) =>
    smtp.mails.filter((mail) => JSON.stringify(mail.to).includes(address)).length;
  assert.equal(count('dora@example.com'), 5);
  assert.equal(count('nobody@example.com'), 0);
});

test('whoever signs up proves their e-mail by link', async () => {
  server.world.advance(60_000);
  const person = { name: 'Fay', email: 'fay@example.com', password: PASSWORD };
  assert.equal((await server.ask('POST', '/app/auth/sign-up', { json: person })).status, 202);
  const token = tokenIn(await smtp.mailTo('fay@example.com'), 'verify-email');
  const cookie = await server.signIn('fay@example.com', PASSWORD);
  const isVerified = async () =>
    (await server.ask('GET', '/app/v1/users/me', { cookie })).json.is_verified as boolean;
  assert.equal(await isVerified(), false);
  const verify = () => server.ask('POST', '/app/auth/verify-email', { json: { token } });
  assert.equal((await verify()).status, 200);
  assert.equal(await isVerified(), true);
  assert.equal((await verify()).status, 410);
});

test('keys that will end are announced once at each bound, by event and by mail', async () => {
  const { id } = await ada.key({
    label: 'soon over',
    expires_at: new Date(server.world.now() + 31 * DAY_MS).toISOString(),
  });
  await ada.key({ label: 'short', expires_at: new Date(server.world.now() + 20 * DAY_MS).toISOString() });
  const { announceKeys } = await import('../keys/announce.ts');
  assert.equal(await announceKeys(server.deps), 0);
  server.world.advance(2 * DAY_MS);
  assert.equal(await announceKeys(server.deps), 1);
  assert.equal(await announceKeys(server.deps), 0);
  const mail = await smtp.mailTo('ada@example.com');
  assert.equal(mail.subject, 'API key soon over expires in 30 days');
  assert.match(mail.text!, new RegExp(`${server.url}/keys/${id}`));
  const events = await server.deps.db
    .selectFrom('audit_event')
    .select('payload')
    .where('event_type', '=', 'api_key.expiring')
    .execute();
  assert.equal(events.length, 1);
});

test('a leaked key is mailed to whom it belongs', async () => {
  const gus = await server.person('Gus');
  const key = await gus.key({ label: 'leaky' });
  await server.ask('POST', '/v1/api-keys/report-leak', { json: { key: key.text } });
  const mail = await smtp.mailTo('gus@example.com');
  assert.equal(mail.subject, 'API key leaky leaked and was revoked');
  assert.equal(mail.text?.includes(key.secret), false);
});

test('a mail names a key that was made elsewhere and imported by the beginning of its own text', async () => {
  const hana = await server.person('Hana');
  const key = randomBytes(32).toString('base64url');
  await toolOn(server.dataDir)(`keys import-legacy --email ${hana.email} -`, key);
  await server.ask('POST', '/v1/api-keys/report-leak', { json: { key } });
  const mail = await smtp.mailTo(hana.email);
  assert.match(mail.text!, new RegExp(`\\(${key.slice(0, 4)}…\\)`));
  assert.equal(mail.text!.includes(key.slice(0, 5)), false);
});

test('a mail that the server refuses for now is sent later; one that it refuses for good is given up', async () => {
  const statusOf = async (recipient: string) =>
    server.deps.db
      .selectFrom('mail_message')
      .selectAll()
      .where('recipient', '=', recipient)
      .executeTakeFirst();
  server.world.advance(120_000);
  smtp.refuseWith = 451;
  await server.person('Hal');
  await forgot('hal@example.com');
  await until(async () => (await statusOf('hal@example.com'))?.attempts === 1);
  smtp.refuseWith = null;
  server.world.advance(61_000);
  await smtp.mailTo('hal@example.com');
  await until(async () => (await statusOf('hal@example.com'))?.sent_at !== null);
  assert.equal(
    (await statusOf('hal@example.com'))?.sealed,
    null,
    'security: what was sent is kept no longer',
  );

  smtp.refuseWith = 550;
  server.world.advance(60_000);
  await server.person('Ida');
  await forgot('ida@example.com');
  await until(async () => (await statusOf('ida@example.com'))?.next_attempt_at === null);
  assert.match((await statusOf('ida@example.com'))!.last_error!, /550/);
  smtp.refuseWith = null;
});

test('security: no link of a mail is in the database, its log or the log of the server', async () => {
  const tokens = smtp.mails.flatMap((mail) => /#token=([\w-]{43})/.exec(mail.text ?? '')?.[1] ?? []);
  assert.ok(tokens.length >= 6, 'control: there were links');
  for (const token of tokens) {
    assert.deepEqual(filesHolding(server.dataDir, token), []);
    assert.equal(server.logged.join('').includes(token), false);
  }
});

test('without a mail server the page is told where to get a link', async (t) => {
  const silent = await startServer(t);
  const { status, json } = await silent.ask('POST', '/app/auth/forgot-password', {
    json: { email: 'a@b.c' },
  });
  assert.deepEqual([status, json.code], [409, 'mail_not_set_up']);
  assert.match(json.detail, /users reset-link/);
  assert.deepEqual((await silent.ask('GET', '/app/auth/reset')).json, { by_mail: false });
});
