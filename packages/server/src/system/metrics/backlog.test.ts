import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { CompiledQuery } from 'kysely';
import { startMailServer } from '../../testing/mail-server.ts';
import { startServer } from '../../testing/server.ts';
import { watchStatements } from '../../testing/statements.ts';
import { until } from '../../testing/until.ts';
import { type Behaviour, startReceiver } from '../../testing/webhook-receiver.ts';

const smtp = await startMailServer({ after });
const server = await startServer(
  { after },
  { config: { webhookAllow: ['127.0.0.1'], mail: { smtpUrl: smtp.url, from: 'vm@example.org' } } },
);
const ada = await server.person('Ada');
const key = (await ada.key()).text;

/** The gauges of a look at `/metrics`; the one before it was long enough ago. */
async function look() {
  server.world.advance(10_000);
  const { text } = await server.ask('GET', '/metrics');
  const gauge = (name: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`instavm_${name} `));
    assert.ok(line, `instavm_${name} is missing in\n${text}`);
    assert.match(text, new RegExp(`^# HELP instavm_${name} .+\n# TYPE instavm_${name} gauge$`, 'm'));
    return Number(line.split(' ')[1]);
  };
  return {
    waiting: gauge('webhook_deliveries_waiting'),
    due: gauge('webhook_deliveries_due'),
    oldestDueSeconds: gauge('webhook_oldest_due_age_seconds'),
    dead: gauge('webhook_deliveries_dead'),
    disabled: gauge('webhook_endpoints_disabled'),
    mailsWaiting: gauge('mails_waiting'),
    mailsGivenUp: gauge('mails_given_up'),
  };
}

const NOTHING = {
  ...{ waiting: 0, due: 0, oldestDueSeconds: 0, dead: 0, disabled: 0 },
  ...{ mailsWaiting: 0, mailsGivenUp: 0 },
};

const ask = (method: string, path: string, json?: unknown) =>
  server.ask(method, path, { key, ...(json === undefined ? {} : { json }) });

/** It wants to be left alone for an hour, so that a delivery waits for as long as the test looks. */
const refuse: Behaviour = (_received, response) => response.writeHead(503, { 'retry-after': '3600' }).end();

/** An endpoint that hears of new API keys, and its receiver. */
async function scene(settings: Record<string, unknown> = {}) {
  const receiver = await startReceiver({ after });
  const made = await ask('POST', '/v1/webhooks/endpoints', {
    ...{ url: receiver.url, event_patterns: ['api_key.created'], ...settings },
  });
  assert.equal(made.status, 201, made.text);
  const path = `/v1/webhooks/endpoints/${made.json.id}`;
  const deliveries = async () =>
    (await ask('GET', `/v1/webhooks/deliveries?endpoint_id=${made.json.id}`)).json.items;
  return { receiver, path, deliveries, makeKey: () => ask('POST', '/v1/api-keys/', {}) };
}

test('a receiver that does not answer makes deliveries wait and age, and they are gone once it has answered', async () => {
  const { receiver, makeKey, path } = await scene();
  assert.deepEqual(await look(), NOTHING, 'control');
  const held: ServerResponse[] = [];
  receiver.behave = (_received, response) => void held.push(response);
  await makeKey();
  await makeKey();
  await until(() => held.length === 2);
  server.world.advance(60_000);
  const during = await look();
  assert.deepEqual([during.waiting, during.due, during.dead], [2, 2, 0]);
  assert.ok(during.oldestDueSeconds >= 70 && during.oldestDueSeconds < 100, String(during.oldestDueSeconds));
  for (const response of held) response.end();
  await until(async () => (await look()).waiting === 0);
  assert.deepEqual(await look(), NOTHING);
  await ask('DELETE', path);
});

test('a delivery that waits for its retry is not due, and is a dead one after the last', async () => {
  const { receiver, makeKey, path, deliveries } = await scene({ max_retries: 1 });
  receiver.behave = refuse;
  await makeKey();
  await until(async () => (await deliveries())[0]?.status === 'failed');
  assert.deepEqual(await look(), { ...NOTHING, waiting: 1 });
  server.world.advance(3_600_000);
  await until(async () => (await look()).dead === 1);
  assert.deepEqual(await look(), { ...NOTHING, dead: 1 });
  await ask('DELETE', path);
});

test('what waits for an endpoint that is switched off is not due', async () => {
  const { receiver, makeKey, path } = await scene();
  receiver.behave = refuse;
  const before = await look();
  await makeKey();
  await until(async () => (await ask('GET', path)).json.last_failure !== null);
  await ask('PATCH', path, { enabled: false });
  server.world.advance(3_600_000);
  assert.deepEqual(await look(), { ...before, waiting: 1, disabled: 1 });
  receiver.behave = (_received, response) => response.end();
  await ask('PATCH', path, { enabled: true });
  await until(async () => (await look()).waiting === 0);
  assert.deepEqual(await look(), before);
  await ask('PATCH', path, { enabled: false });
  assert.equal((await look()).disabled, 1);
  await ask('DELETE', path);
  assert.equal((await look()).disabled, 0, 'a deleted one is none of them');
});

test('a mail server that refuses for now makes mails wait, one that refuses for good makes them given up', async () => {
  const forgot = async (name: string) => {
    // Passwords and links are taken some times a minute.
    server.world.advance(120_000);
    const { email } = await server.person(name);
    await server.ask('POST', '/app/auth/forgot-password', { json: { email } });
  };
  const { mailsWaiting, mailsGivenUp } = await look();
  assert.deepEqual([mailsWaiting, mailsGivenUp], [0, 0], 'control');
  smtp.refuseWith = 451;
  await forgot('Bob');
  await until(async () => (await look()).mailsWaiting === 1);
  smtp.refuseWith = null;
  await until(async () => (await look()).mailsWaiting === 0);
  assert.equal((await look()).mailsGivenUp, 0);
  smtp.refuseWith = 550;
  await forgot('Cleo');
  await until(async () => (await look()).mailsGivenUp === 1);
  assert.equal((await look()).mailsWaiting, 0);
  smtp.refuseWith = null;
});

const INDEXES = [
  ...['webhook_delivery_unsettled', 'webhook_delivery_due', 'webhook_endpoint_disabled'],
  ...['mail_message_due', 'mail_message_given_up'],
];

/** How SQLite reads tables of webhooks and mail for a statement, but for what it reads by an index of the backlog. */
async function otherReads(statement: string): Promise<string[]> {
  const { rows } = await server.deps.db.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${statement}`, Array(statement.split('?').length - 1).fill('')),
  );
  const reads = rows.map(({ detail }) => detail).filter((detail) => /webhook_|mail_/.test(detail));
  assert.ok(reads.length > 0, statement);
  const index = (read: string) => / USING (?:COVERING )?INDEX (\w+)/.exec(read)?.[1] ?? '';
  return reads.filter((read) => !INDEXES.includes(index(read)));
}

test('a look reads what waits, what is dead and what is off by index, and nothing that was delivered', async (t) => {
  const { seen } = watchStatements(t, server.port);
  await look();
  const [backlog, ...more] = seen.filter((statement) => /webhook_|mail_/.test(statement));
  assert.equal(more.length, 0, 'one statement');
  assert.deepEqual(await otherReads(backlog!), [
    'SEARCH webhook_endpoint USING INDEX sqlite_autoindex_webhook_endpoint_1 (id=?)',
    'SEARCH webhook_delivery USING COVERING INDEX webhook_delivery_settled (status=? AND settled_at>?)',
  ]);
  const all = 'select status, count(*) from webhook_delivery where settled_at is not null group by status';
  assert.deepEqual(
    await otherReads(all),
    ['SCAN webhook_delivery USING COVERING INDEX webhook_delivery_settled'],
    'control: one that reads what was delivered is found',
  );
  await server.ask('GET', '/metrics');
  assert.equal(seen.filter((statement) => /webhook_|mail_/.test(statement)).length, 1, 'not at every look');
});
