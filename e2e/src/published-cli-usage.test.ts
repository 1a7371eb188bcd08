import assert from 'node:assert/strict';
import test from 'node:test';
import { call } from './harness/http.ts';
import { interruptedAfter, startCli } from './harness/published-cli.ts';
import { publishedClient } from './harness/python.ts';

test('the published CLI runs code in sessions, shows what was used and follows events', async (t) => {
  const { server, key, env, cli, printed, json, ask } = await startCli(t);
  let session = '';

  await t.test('exec starts a session of its own, or runs in one that is named', async () => {
    const first = await json('exec --cmd', 'kept = 42');
    session = first.session_id;
    assert.match(
      await printed(`exec --session ${session} --language python --cmd print(kept)`),
      new RegExp(`^Session: ${session}\nLanguage: python\n[^]*\nStdout\n42\n$`),
    );
    assert.match(await printed(`exec --session ${session} --cmd missing`), /\nStderr\n[\s\S]*NameError/);
    assert.equal((await ask(`/sessions/usage/${session}`)).executions, 3);
  });

  await t.test('exec --async gives a task whose result is waited for', async () => {
    const { task_id: task } = await json(`exec --session ${session} --async --cmd print(kept)`);
    assert.match(await printed(`exec result ${task}`), new RegExp(`^Task: ${task}\n[^]*\nStdout\n42\n$`));
  });

  await t.test('a session that was ended is no place to run in', async () => {
    const killed = await call(server, 'POST', '/kill', { key, body: { session_id: session } });
    assert.equal(killed.status, 200, killed.text);
    const { code, stderr } = await cli(`exec --session ${session} --cmd 1`);
    assert.equal(code, 1);
    assert.match(stderr, /^Error: Failed to execute command: 410 Client Error/);
  });

  await t.test('billing shows credits, their use and the rates', async () => {
    for (const period of ['current_month', 'last_30_days', 'all']) {
      const status = await printed(`billing status --period ${period}`);
      assert.match(status, new RegExp(`^Period: ${period}\nDollars:\n {2}Allocated: \\$\\d+\\.\\d{4}\n`));
    }
    const { id } = await ask('/credits/allocation');
    assert.match(
      await printed('billing allocation'),
      new RegExp(`^Allocation: ${id}\nPeriod start: \\d{4}-`),
    );
    const { rows } = await json('billing usage-history --period all --limit 1');
    assert.deepEqual([rows.length, rows[0].usage_type], [1, 'vm_execution']);
    assert.match(await printed('billing usage-history'), /\n {2}20\S+ +vm_execution +/);
    const other = await printed('billing usage-history --usage-type browser_automation');
    assert.equal(other, 'No credit usage in this period.\n');
    assert.match(
      await printed('billing rates'),
      /^VM execution:\n[\s\S]*\n {2}CPU rate: {2}\S+ \$\/sec\/core\n/,
    );
    const check = await json('billing check --usage-type browser_automation --required-credits 1');
    assert.equal(check.available, false);
  });

  await t.test('billing shows usage by day, its course and what is to come', async () => {
    const days = await printed('billing usage --days 2');
    assert.match(days, /\nDays: 2\nTotal cost: \$/);
    assert.equal(days.match(/\n {2}\d{4}-\d\d-\d\d {2}\$/g)?.length, 2);
    const span = await json('billing usage --start-date 2026-01-30 --end-date 2026-02-01');
    assert.deepEqual(
      span.daily_breakdown.map(({ date }: { date: string }) => date),
      ['2026-01-30', '2026-01-31', '2026-02-01'],
    );
    for (const [flags, buckets] of [
      ['--period 7d --granularity hourly', 168],
      ['--period 30d', 30],
    ]) {
      assert.match(await printed(`billing trends ${flags}`), new RegExp(`full series — ${buckets} buckets`));
    }
    assert.deepEqual(await json('billing forecast'), await ask('/credits/usage/forecasting'));
  });

  await t.test('events are listed by what is asked for, shown one by one, and named', async () => {
    const lines = await printed(`events tail --once --session ${session} --since 1h --limit 2`);
    assert.match(lines, /^20\S+ \S+ {2}success +vm\.created [\s\S]* session\.ended /);
    const only = await printed(
      'audit tail --once --group session --event session.ended --status success --json',
    );
    const { id, event_type: type } = JSON.parse(only);
    assert.equal(type, 'session.ended');
    assert.match(await printed(`events get ${id}`), / session\.ended [\s\S]*\nPayload:\n\{/);
    assert.match(await printed('events catalog'), /\nwebhook_endpoint:\n {2}webhook_endpoint\.created\n/);
    assert.equal(await printed('events tail --once --vm vm_none'), '(no events)\n');
  });

  await t.test('events tail follows: an event is printed once, and Ctrl-C ends it with 0', async () => {
    const made = async (seen: string) => {
      if (!seen.includes('(no events)')) return false;
      await call(server, 'POST', '/v1/vms', { key, body: {} });
      return true;
    };
    const client = await publishedClient(interruptedAfter(/vm\.created/, made));
    const since = new Date(Date.now() + 1).toISOString();
    const args = ['events', 'tail', '--event', 'vm.created', '--since', since, '--interval', '1'];
    const { code, stdout, stderr } = await client.cli(args, { env });
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout.match(/vm\.created/g)?.length, 1);
  });
});
