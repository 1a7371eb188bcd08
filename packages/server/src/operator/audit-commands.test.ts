import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropTriggers } from '../testing/audit-trail.ts';
import { startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';

test('the operator sees what belongs to no account, and verifies the whole trail', async (t) => {
  const server = await startServer(t);
  const { deps } = server;
  const tool = toolOn(server.dataDir);
  const ada = await server.person('Ada');
  await server.ask('GET', '/v1/vms', {
    key: 'instavm_sk_0123456789AB0123456789ABCDEFGHIJKLMNOPQRSTUV4MiOSa',
  });
  await deps.refusals.flush(deps.db, deps.now());

  const ofServer = JSON.parse((await tool('audit list --account 0 --type auth.refused --json')).printed);
  assert.deepEqual(
    ofServer.map((event: { event_payload: { operation: string } }) => event.event_payload.operation),
    ['vms.list'],
  );
  const all = (await tool('audit list --limit 2')).printed.split('\n');
  assert.match(all[1]!, /server {3}auth\.refused +denied/);
  assert.equal(all.length, 3);
  await assert.rejects(tool('audit list --type auth.refuse'), /Did you mean auth\.refused\?/);

  const good = await tool('audit verify --json');
  const { ok, rows, head } = JSON.parse(good.printed);
  assert.deepEqual([ok, rows, good.code], [true, Number(head.split(':')[0]), 0]);
  assert.equal((await tool(`audit verify --known-head ${head}`)).code, 0);
  await assert.rejects(tool('audit verify --known-head 1'), /--known-head is the head/);

  await dropTriggers(deps.db);
  await deps.db.deleteFrom('audit_event').where('account_id', '=', ada.accountId).execute();
  const bad = await tool('audit verify');
  assert.equal(bad.code, 1);
  assert.match(bad.printed, /^The chain is broken at event 1: There is no event of this number/);
});
