import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../testing/server.ts';
import { toolOn } from '../testing/tool.ts';

test('a suspended account is refused at the next request, keys and people, and no other; resumed it works', async (t) => {
  const server = await startServer(t);
  const [ada, bob] = [await server.person('Ada'), await server.person('Bob')];
  const [hers, his] = [await ada.key(), await bob.key()];
  const tool = toolOn(server.dataDir);
  const status = async (key: string) => {
    const { status, json } = await server.ask('GET', '/v1/vms', { key });
    return status === 200 ? 200 : json.code;
  };
  assert.equal((await tool(`accounts suspend ${ada.accountId}`)).printed.includes('Ada'), true);
  assert.deepEqual([await status(hers.text), await status(his.text)], ['account_suspended', 200]);
  assert.equal((await server.ask('GET', '/app/v1/vms', { cookie: ada.cookie })).status, 401);
  const listed = JSON.parse((await tool('accounts list --json')).printed) as Record<string, unknown>[];
  assert.deepEqual(
    listed.map((account) => [account.status, account.members, account.live_keys]),
    [
      ['suspended', 1, 1],
      ['active', 1, 1],
    ],
  );
  await tool(`accounts resume ${ada.accountId}`);
  assert.deepEqual([await status(hers.text), await status(his.text)], [200, 200]);
});

test('an account that is closed or never was is refused in one line', async (t) => {
  const server = await startServer(t);
  const ada = await server.person('Ada');
  const tool = toolOn(server.dataDir);
  await assert.rejects(tool('accounts suspend 99'), /There is no account 99\. See: accounts list/);
  await assert.rejects(tool('accounts suspend Ada'), /by its number/);
  const at = new Date().toISOString();
  await server.deps.db
    .updateTable('account')
    .set({ closed_at: at })
    .where('id', '=', ada.accountId)
    .execute();
  await assert.rejects(tool(`accounts resume ${ada.accountId}`), /is closed, which is final/);
});

test('people are listed with their accounts and roles', async (t) => {
  const server = await startServer(t);
  await server.person('Ada');
  const printed = (await toolOn(server.dataDir)('users list')).printed;
  assert.match(printed, /ID +E-mail +Name +Account +Role\n1 +ada@example\.com +Ada +1 +owner/);
});

test('a person who forgot their password gets a link from the operator, which works once', async (t) => {
  const server = await startServer(t);
  await server.person('Ada');
  const tool = toolOn(server.dataDir);
  const { printed } = await tool('users reset-link --email Ada@example.com');
  const token = /\/reset-password#token=([\w-]{43})\s*$/.exec(printed)?.[1];
  assert.ok(token, printed);
  const reset = () =>
    server.ask('POST', '/app/auth/reset-password', { json: { token, password: 'a password of mine' } });
  assert.equal((await reset()).status, 200);
  await server.signIn('ada@example.com', 'a password of mine');
  assert.equal((await reset()).status, 410);
  await assert.rejects(tool('users reset-link --email nobody@example.com'), /Nobody has the e-mail/);
});
