import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { startCli } from './harness/published-cli.ts';
import { until } from './harness/until.ts';
import { startReceiver } from './harness/webhook-receiver.ts';

test('every command of webhooks of the published CLI does what it says', async (t) => {
  const { home, cli, printed, json, ask } = await startCli(t);
  const { url, received, answer } = await startReceiver(t);
  /** The first delivery of a type that came, since `from` when given. */
  const arrived = (type: string, from = 0) =>
    until(`${type} arrives`, () =>
      received.slice(from).find(({ body }) => JSON.parse(body).event_type === type),
    );
  let id = '';
  let secret = '';

  await t.test('create shows the secret once; list and get show the rest', async () => {
    assert.equal(await printed('webhooks list'), '(no webhook endpoints)\n');
    const flags = '--description hook --event vm.* --event webhook.test --timeout 5 --max-retries 2';
    const text = await printed(`webhooks create ${url} ${flags}`);
    [, id = ''] = /^ID: (\S+)\n/.exec(text) ?? [];
    [, secret = ''] = /\nSigning secret: (whsec_\S+) {2}\(shown once\)\n/.exec(text) ?? [];
    assert.ok(id && secret, text);
    assert.match(await printed('webhook ls'), new RegExp(`\n {2}${id} +enabled +${url} +hook *\n`));
    const shown = await printed(`webhooks get ${id}`);
    assert.match(
      shown,
      /\nStatus: enabled\nDescription: hook\nEvent patterns: vm\.\*, webhook\.test\nSecret hint: /,
    );
    assert.ok(!shown.includes(secret));
    const held = await ask(`/webhooks/endpoints/${id}`);
    assert.deepEqual([held.timeout_seconds, held.max_retries], [5, 2]);
    assert.deepEqual(await json('webhooks list'), { endpoints: [held] });
  });

  await t.test('update changes what is given, and asks for something to change', async () => {
    const nothing = await cli(`webhooks update ${id}`);
    assert.equal(nothing.code, 1);
    assert.match(nothing.stderr, /^Error: Nothing to update/);
    const flags =
      '--description new --event webhook.* --event vm.created --timeout 6 --max-retries 0 --disable';
    assert.match(await printed(`webhooks update ${id} --url ${url}/2 ${flags}`), /\nStatus: disabled\n/);
    const { enabled, description, ...held } = await ask(`/webhooks/endpoints/${id}`);
    assert.deepEqual([held.url, enabled, description], [`${url}/2`, false, 'new']);
    assert.deepEqual(
      [held.event_patterns, held.timeout_seconds, held.max_retries],
      [['webhook.*', 'vm.created'], 6, 0],
    );
    assert.match(await printed(`webhooks update ${id} --enable`), /\nStatus: enabled\n/);
  });

  await t.test('verify posts a challenge; the server knows whether it came back', async () => {
    const line = `Endpoint ${id}: enabled\n`;
    answer.echoes = false;
    assert.equal(await printed(`webhooks verify ${id}`), line);
    assert.equal((await ask(`/webhooks/endpoints/${id}`)).last_verified_at, null);
    answer.echoes = true;
    assert.equal(await printed(`webhooks verify ${id}`), line);
    assert.notEqual((await ask(`/webhooks/endpoints/${id}`)).last_verified_at, null);
  });

  await t.test('test, deliveries and replay: one event, sent twice', async () => {
    assert.equal(await printed(`webhooks test ${id}`), `Test event enqueued for endpoint ${id}\n`);
    const first = await arrived('webhook.test');
    const settled = async () => {
      const filters = `--endpoint ${id} --event-type webhook.test --status succeeded --limit 1`;
      const { items } = await json(`webhooks deliveries ${filters}`);
      return items[0];
    };
    const delivery = await until('the delivery is settled', settled);
    assert.match(
      await printed(`webhooks deliveries --endpoint ${id}`),
      new RegExp(`\n {2}${delivery.id} +succeeded +webhook.test +1 +${delivery.created_at} *\n`),
    );
    const before = received.length;
    assert.equal(
      await printed(`webhooks replay ${delivery.id}`),
      `Replay enqueued for delivery ${delivery.id}\n`,
    );
    assert.equal((await arrived('webhook.test', before)).body, first.body);
    const page = await printed('webhooks delivery --limit 1');
    const [, cursor = ''] = /\nMore: --cursor (\S+)\n$/.exec(page) ?? [];
    const rest = await printed('webhooks delivery --limit 1 --cursor', cursor);
    assert.ok(rest.includes(delivery.id) && !page.includes(delivery.id));
    assert.equal(await printed('webhooks deliveries --status dead'), '(no deliveries)\n');
  });

  await t.test('verify-signature takes a delivery as it came, and no other', async () => {
    const { signature, body } = await arrived('webhook.test');
    const header = `InstaVM-Signature: ${signature}`;
    const file = join(home, 'body');
    await writeFile(file, body);
    const good = ['--secret', secret, '--header', header];
    const ok = `ok\nevent_type: webhook.test\nevent_id:   ${JSON.parse(body).id}\n`;
    assert.equal(await printed('webhooks verify-signature', ...good, '--body', body), ok);
    assert.equal(await printed('webhooks verify-signature', ...good, '--body-file', file), ok);
    const { event } = await json('webhooks verify-signature', ...good, '--body', body);
    assert.deepEqual(event, JSON.parse(body));
    const changed = await cli('webhooks verify-signature --json', ...good, '--body', `${body} `);
    assert.deepEqual([changed.code, JSON.parse(changed.stdout).reason], [1, 'invalid_signature']);
    assert.equal((await cli('webhooks verify-signature --secret x --body y')).code, 2);
  });

  await t.test('rotate-secret: the new secret signs', async () => {
    const text = await printed(`webhooks rotate-secret ${id}`);
    const [, fresh = ''] = /\nNew signing secret: (whsec_\S+) {2}\(shown once\)\n$/.exec(text) ?? [];
    const before = received.length;
    await printed(`webhooks test ${id}`);
    const { signature, body } = await arrived('webhook.test', before);
    const header = `InstaVM-Signature: ${signature}`;
    const check = ['webhooks verify-signature', '--header', header, '--body', body, '--secret'] as const;
    assert.match(await printed(...check, fresh), /^ok\n/);
    assert.equal((await cli(...check, secret)).code, 1);
  });

  await t.test('what the server refuses is told in its words', async () => {
    const told = async (line: string) => {
      const { code, stderr } = await cli(line);
      assert.equal(code, 1, line);
      return stderr;
    };
    assert.equal(await told('webhooks get whe_none'), 'Error: HTTP 404: Webhook endpoint not found\n');
    assert.match(await told('webhooks replay whd_none'), /^Error: HTTP 404: /);
    assert.match(await told('webhooks create http://10.0.0.1/'), /^Error: HTTP 422: .*private network/);
  });

  await t.test('delete ends it', async () => {
    assert.equal(await printed(`webhooks rm ${id}`), `Deleted webhook endpoint ${id}\n`);
    assert.deepEqual(await ask('/webhooks/endpoints'), []);
    assert.match(await printed('webhooks'), /rotate-secret/);
  });
});
