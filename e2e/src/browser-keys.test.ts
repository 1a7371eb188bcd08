import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { keptByBrowser } from './harness/browser-storage.ts';
import { ask, owner, setUp, startDashboard, stepsOf } from './harness/dashboard.ts';
import { call } from './harness/http.ts';

const DAY_MS = 86_400_000;

// What an owner does with keys in a browser, on a server of their own. Machines are not asked for.
test('an owner looks after keys in the dashboard', async (t) => {
  const { server, openBrowser } = await startDashboard(t, { driver: 'fake' });
  const walker = await openBrowser();
  const { page, context, look, takeProblems } = walker;
  const main = page.getByRole('main');
  const step = stepsOf(t, walker);
  const asOwner = (method: string, path: string, data?: unknown) => ask(walker, method, path, data);
  const make = async (fields: Record<string, unknown>) => {
    const made = await asOwner('POST', '/v1/api-keys/', fields);
    assert.ok(made.full_key, JSON.stringify(made));
    return made as { id: number; full_key: string; key_prefix: string };
  };
  const use = (key: string, agent = 'curl/8.5.0') =>
    call(server, 'GET', '/v1/users/me', { key, headers: { 'user-agent': agent } });
  const shownKey = async () => (await page.getByTestId('full-key').textContent()) ?? '';
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  /** Of a button that cannot be used, the reason that it gives to whoever reaches it. */
  const reasonOf = async (name: string | RegExp) => {
    await button(name).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    const text = await page.getByRole('tooltip').last().textContent();
    await page.keyboard.press('Tab');
    return text ?? '';
  };
  let fullId = 0;

  await step('a password is typed unseen, can be pasted, and is left to password managers', async () => {
    await page.goto(server.firstRunLink!);
    const field = page.getByRole('textbox', { name: 'Password' });
    assert.equal(await field.getAttribute('type'), 'password');
    assert.equal(await field.getAttribute('autocomplete'), 'new-password');
    await page.evaluate((text) => navigator.clipboard.writeText(text), owner.password);
    await field.focus();
    await page.keyboard.press('ControlOrMeta+V');
    assert.equal(await field.inputValue(), owner.password);
  });

  await step('set-up', async () => {
    await setUp(walker, server);
  });

  await step('bad input is told at its field, before the server where it can be', async () => {
    assert.match(await reasonOf('Create key'), /label first/);
    await page.getByLabel('Label').fill('x'.repeat(121));
    await page.getByText('More settings').click();
    await page.getByLabel('Ends when unused for').fill('0');
    assert.match(await reasonOf('Create key'), /whole number of days/);
    await page.getByLabel('Ends when unused for').fill('30');
    await page.getByLabel('Only from these addresses').fill('10.1.2.3/8');
    await page.keyboard.press('Enter');
    await page.getByText('10.1.2.3/8 is an address inside 10.0.0.0/8.').waitFor();
    await look('key-form-bad');
    await button('10.0.0.0/8').click();
    await page.getByRole('listitem').filter({ hasText: '10.0.0.0/8' }).waitFor();
    await button('Create key').click();
    await page.getByText('The label is longer than 120 characters.').waitFor();
    assert.equal(await page.getByLabel('Label').getAttribute('aria-invalid'), 'true');
    assert.ok(takeProblems().every((problem) => problem.includes('422')));
  });

  await step('a key is made with every field that can be set', async () => {
    await page.getByLabel('Label').fill('Night job');
    await page.getByText('Testing', { exact: true }).click();
    await page.getByText('Choose each').click();
    await page.getByLabel('Search permissions').fill('machines');
    await page.getByLabel('See machines').check();
    await page.getByLabel('Search permissions').fill('');
    await page.getByLabel('See usage and credits').check();
    await page.getByText('On a date').click();
    await page.getByLabel('Expires at').fill('2099-01-02T03:04');
    await page.getByLabel('Not before').fill('2020-01-02T03:04');
    await page.getByLabel('Only from these addresses').fill('127.0.0.1, ::1');
    await button('Add').click();
    await page.getByLabel('Owner').fill('Night watch');
    await page.getByLabel('Description').fill('Counts machines\nat night');
    await look('key-form');
    await button('Create key').click();
    await page.getByRole('heading', { name: 'Night job is ready' }).waitFor();
    const key = await shownKey();
    assert.equal((await call(server, 'GET', '/v1/vms/', { key })).status, 200);
    await page.getByText('This key works.').waitFor();
    await button('Copy key').click();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Night job', exact: true }).waitFor();
    fullId = Number(page.url().split('/').at(-1));
    const record = await asOwner('GET', `/v1/api-keys/${fullId}`);
    assert.deepEqual(
      {
        environment: record.environment,
        scopes: record.scopes.toSorted(),
        addresses: record.allowed_cidrs,
        idle: record.idle_expiry_days,
        owner: record.owner,
        description: record.description,
        ends: record.expires_at.slice(0, 4),
        starts: record.not_before.slice(0, 4),
      },
      {
        environment: 'testing',
        scopes: ['usage:read', 'vms:read'],
        addresses: ['10.0.0.0/8', '127.0.0.1/32', '::1/128'],
        idle: 30,
        owner: 'Night watch',
        description: 'Counts machines\nat night',
        ends: '2099',
        starts: '2020',
      },
    );
    await look('key');
  });

  await step('an answer that was lost is asked for again, and one key is all there is', async () => {
    await page.goto('/keys/new');
    await page.getByLabel('Label').fill('Made once');
    await page.route('**/app/v1/api-keys/', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      await route.fetch();
      await route.abort();
    });
    await button('Create key').click();
    await page.getByText('The server does not answer').first().waitFor();
    await page.unroute('**/app/v1/api-keys/');
    await button('Create key').click();
    await page.getByRole('heading', { name: 'Made once is ready' }).waitFor();
    assert.equal((await use(await shownKey())).status, 200);
    const keys: { label: string }[] = await asOwner('GET', '/v1/api-keys/?status=all');
    assert.equal(keys.filter(({ label }) => label === 'Made once').length, 1);
    assert.ok(takeProblems().every((problem) => problem.includes('ERR_FAILED')));
  });

  await step(
    'abuse case 42: the browser keeps no key, neither while it is shown nor afterwards',
    async () => {
      await page.goto('/keys/new');
      await page.getByLabel('Label').fill('Kept nowhere');
      await button('Create key').click();
      await page.getByRole('heading', { name: 'Kept nowhere is ready' }).waitFor();
      const key = await shownKey();
      const isHeld = async () => (await keptByBrowser(page, context)).includes(key.slice(23, 35));
      assert.equal(await isHeld(), false);
      await page.evaluate((text) => sessionStorage.setItem('control', text), key);
      assert.equal(await isHeld(), true, 'control: the same look finds it where it is');
      await page.evaluate(() => sessionStorage.removeItem('control'));
      await button('Copy key').click();
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('heading', { name: 'Kept nowhere', exact: true }).waitFor();
      assert.equal(await isHeld(), false);
      for (const where of ['back', 'reload'] as const) {
        await (where === 'back' ? page.goBack() : page.reload());
        await page.waitForLoadState('networkidle');
        assert.equal(
          (await page.content()).includes(key.slice(23, 35)),
          false,
          `${where} does not show it again`,
        );
        assert.equal(await isHeld(), false);
      }
    },
  );

  await step('a label that another key has is refused at its field', async () => {
    await page.goto('/keys/new');
    await page.getByLabel('Label').fill('Night job');
    await page.getByText('Testing', { exact: true }).click();
    await button('Create key').click();
    await main.locator('[aria-invalid=true]').waitFor();
    await page.getByLabel('Label').fill('A key in its own notes');
    await page.getByText('More settings').click();
    const other = await make({ label: 'Pasted' });
    await page.getByLabel('Description').fill(`the key is ${other.full_key}`);
    await button('Create key').click();
    await page.locator('textarea[aria-invalid=true]').waitFor();
    assert.ok(!JSON.stringify(await asOwner('GET', '/v1/api-keys/')).includes('A key in its own notes'));
    assert.ok(takeProblems().every((problem) => /409|422/.test(problem)));
  });

  await step('the server says which rule lets a key do something, or refuses it', async () => {
    await page.goto(`/keys/${fullId}`);
    await page.getByText('by the rule permission_denied').waitFor();
    await page.getByLabel('Operation', { exact: true }).selectOption('vms.list');
    await main.getByText('Allowed', { exact: true }).waitFor();
    await page.getByLabel('From the address').fill('192.0.2.9');
    await page.getByText('by the rule address_not_allowed').waitFor();
    await page.getByLabel('From the address').fill('192.0.2.0/24');
    await page.getByText('Give one address').waitFor();
    await page.getByLabel('From the address').fill('10.9.9.9');
    await main.getByText('Allowed', { exact: true }).waitFor();
    await page.getByText('Method and path').click();
    await page.getByLabel('Method', { exact: true }).selectOption('DELETE');
    await page.getByLabel('Path', { exact: true }).fill('/v1/vms/vm_1');
    await page.getByText('by the rule permission_denied').waitFor();
    await look('key-explain');
  });

  await step('parts of a key are changed one by one, with the keyboard', async () => {
    await button('Edit about').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('form', { name: 'Edit about' }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('edit'), 'about');
    await page.getByLabel('Label').fill('Night counter');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Night counter', exact: true }).waitFor();
    await button('Edit where it works').click();
    await button('Remove 10.0.0.0/8').click();
    await button('Save').click();
    await button('Edit where it works').waitFor();
    await button('Edit what it may do').click();
    await page.getByText('Read only', { exact: true }).click();
    await look('key-edit');
    await button('Save').click();
    await main.getByText('Read only.').waitFor();
    await page.goto(`/keys/${fullId}?edit=life`);
    await page.getByText('Never', { exact: true }).click();
    await button('Save').click();
    await button('Edit life').waitFor();
    const { label, allowed_cidrs, scopes, expires_at, environment } = await asOwner(
      'GET',
      `/v1/api-keys/${fullId}`,
    );
    assert.deepEqual(
      { label, allowed_cidrs, scopes, expires_at, environment },
      {
        label: 'Night counter',
        allowed_cidrs: ['127.0.0.1/32', '::1/128'],
        scopes: ['read-only'],
        expires_at: null,
        environment: 'testing',
      },
    );
  });

  await step('a disabled key is refused until it is enabled', async () => {
    const { id, full_key } = await make({ label: 'On and off' });
    await page.goto(`/keys/${id}`);
    await button('Disable').click();
    await page.getByText('On and off is disabled').waitFor();
    assert.equal((await use(full_key)).json.code, 'key_disabled');
    await button('Enable').click();
    await page.getByText('On and off is enabled').waitFor();
    assert.equal((await use(full_key)).status, 200);
  });

  await step('a rotation runs by itself to its end once the new key is used', async () => {
    const old = await make({ label: 'Deploy bot', expires_at: new Date(Date.now() + 90 * DAY_MS) });
    await use(old.full_key, 'terraform/1.9');
    await page.goto(`/keys/${old.id}`);
    await button('Rotate').click();
    await page.getByText('When should the old key end?').waitFor();
    await look('rotate-start');
    await button('Make the new key').click();
    await page.getByRole('heading', { name: 'Put it in place' }).waitFor();
    await page.getByText('terraform 1.9').waitFor();
    await look('rotate-made');
    const key = await shownKey();
    assert.equal((await use(old.full_key)).status, 200, 'control: the old key works until then');
    assert.equal((await use(key)).status, 200);
    await page.getByText('This key works.').waitFor();
    await page.getByRole('heading', { name: 'The old key has ended' }).waitFor();
    await look('rotate-done');
    assert.equal((await use(old.full_key)).json.code, 'key_rotated');
    assert.match(await reasonOf('Undo the rotation'), /old key has ended/);
    await page.reload();
    await page.getByText('Its text was shown once').waitFor();
    assert.ok(!(await page.content()).includes(key));
    await page.getByRole('link', { name: 'Open the new key' }).click();
    await page.getByText('It took the place of another key').waitFor();
    await page.goto(`/keys/${old.id}`);
    await page.getByText('This key has ended: rotated').waitFor();
    await look('key-ended');
  });

  await step('a rotation is undone while the new key is unused', async () => {
    const old = await make({ label: 'Second thoughts' });
    await page.goto(`/keys/${old.id}/rotate`);
    await page.getByText('At a time', { exact: true }).click();
    assert.match(await reasonOf('Make the new key'), /date and a time/);
    await page.getByLabel('The old key ends at').fill('2099-01-01T00:00');
    await button('Make the new key').click();
    await page.getByTestId('full-key').waitFor();
    const key = await shownKey();
    await button('Undo the rotation').click();
    await look('rotate-undo');
    await button('End the new key').click();
    await page.getByText('The rotation is undone').waitFor();
    await page.getByText('When should the old key end?').waitFor();
    assert.equal((await use(old.full_key)).status, 200);
    assert.equal((await use(key)).status, 401);
  });

  await step('what needs attention is marked, with the one thing to do', async () => {
    await make({ label: 'Ends soon', expires_at: new Date(Date.now() + 5 * DAY_MS) });
    await page.goto('/keys');
    await button(/^Needs attention/).click();
    await page.getByRole('row', { name: /Ends soon/ }).waitFor();
    assert.equal(await page.getByRole('row', { name: /On and off/ }).count(), 0);
    await page.reload();
    await page.getByRole('row', { name: /Ends soon/ }).waitFor();
    await look('keys-attention');
    await page.getByRole('link', { name: 'Extend Ends soon' }).click();
    await page.getByRole('form', { name: 'Edit life' }).waitFor();
  });

  await step('the list says how much each key was used, to those who may see usage', async () => {
    const { full_key } = await make({ label: 'Counted often' });
    await make({ label: 'Counted never' });
    for (let i = 0; i < 3; i++) assert.equal((await use(full_key)).status, 200);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const column = page.getByRole('columnheader', { name: 'Past 7 days' });
    const requestsOf = (label: string) => page.getByRole('row', { name: label }).getByRole('img');
    await page.goto('/keys?q=counted');
    await page.getByRole('img', { name: /^3 requests in 7 days/ }).waitFor();
    await column.waitFor();
    assert.match((await requestsOf('Counted often').getAttribute('aria-label')) ?? '', /^3 requests/);
    assert.equal(await requestsOf('Counted never').getAttribute('aria-label'), 'No requests in 7 days');
    const ofUsage = () => [...new Set(asked.filter((path) => path.includes('usage')))];
    assert.deepEqual(ofUsage(), ['/app/v1/usage/export'], 'all keys are asked for together');
    await look('keys-requests');
    await page.route('**/app/v1/whoami', async (route) => {
      const response = await route.fetch();
      const { credential, ...who } = await response.json();
      const permissions = credential.permissions.filter((name: string) => name !== 'usage:read');
      await route.fulfill({ response, json: { ...who, credential: { ...credential, permissions } } });
    });
    asked.length = 0;
    await page.reload();
    await page.getByRole('row', { name: 'Counted never' }).waitFor();
    await column.waitFor({ state: 'detached' });
    assert.ok(asked.includes('/app/v1/whoami'), 'control: requests are seen here');
    assert.deepEqual(ofUsage(), []);
    await page.unroute('**/app/v1/whoami');
  });

  await step('several keys are chosen with the keyboard and revoked, each with its proof', async () => {
    const keys = [];
    for (const label of ['Batch a', 'Batch b', 'Batch c']) keys.push(await make({ label }));
    await page.goto('/keys?q=batch&sort=label');
    await page.getByLabel('Choose Batch a').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('3 chosen').waitFor();
    await look('keys-chosen');
    await page.keyboard.press('Escape');
    await page.getByText('3 chosen').waitFor({ state: 'detached' });
    await page.getByLabel('Choose Batch a').click();
    await page.getByLabel('Choose Batch b').click({ modifiers: ['Shift'] });
    await button('Revoke 2 keys').click();
    const dialog = page.getByRole('dialog', { name: 'Revoke 2 keys' });
    for (const label of ['Batch a', 'Batch b']) await dialog.getByText(label).waitFor();
    await look('keys-bulk');
    await dialog.getByRole('button', { name: 'Revoke 2 keys' }).click();
    await page.getByRole('dialog', { name: '2 of 2 keys are revoked' }).waitFor();
    assert.equal(await page.getByText('confirmed by 1/1 processes').count(), 2);
    await look('keys-bulk-done');
    await button('Done').click();
    const [a, b, c] = await Promise.all(keys.map(({ full_key }) => use(full_key)));
    assert.deepEqual([a?.json.code, b?.json.code, c?.status], ['key_revoked', 'key_revoked', 200]);
    await page.getByLabel('Status', { exact: true }).selectOption('all');
    await page
      .getByRole('row', { name: /Batch a/ })
      .getByText('Revoked', { exact: true })
      .waitFor();
    assert.equal(new URL(page.url()).searchParams.get('status'), 'all');
    assert.match(await reasonOf('Revoke Batch a'), /revoked already/);
  });

  await step("a key's text is checked offline, and a leaked one is reported", async () => {
    const leaked = await make({ label: 'On a forum' });
    await page.goto('/keys');
    await page.getByRole('row', { name: /On a forum/ }).waitFor();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.keyboard.press('k');
    const text = page.getByLabel('Text of the key');
    await text.fill(leaked.full_key.slice(0, 40));
    await page.getByText('Truncated: 40 of 61 characters').waitFor();
    await look('key-text');
    await text.fill(`${leaked.full_key.slice(0, 20)} ${leaked.full_key.slice(20)}`);
    await page.getByText('Extra space').waitFor();
    await text.fill(leaked.full_key);
    await page.getByText('The text is whole').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'On a forum' }).waitFor();
    assert.ok(!sent.some((body) => body.includes(leaked.full_key.slice(0, 40))), 'nothing was sent');
    await button('Report as leaked').click();
    await look('key-leak');
    assert.equal((await use(leaked.full_key)).status, 200, 'control');
    await button('Report and revoke').click();
    await page.getByText('The report is received').waitFor();
    assert.equal((await use(leaked.full_key)).status, 401);
    await button('Done').click();
    await page.goto(`/keys/${leaked.id}`);
    await page.getByText('This key has ended: leaked').waitFor();
  });

  await step('a sign-in of long ago is asked for its password, then the act goes on', async () => {
    const database = new DatabaseSync(join(server.dataDir, 'instavm.db'), { timeout: 5000 });
    database
      .prepare('update person_session set created_at = ?')
      .run(new Date(Date.now() - (13 * DAY_MS) / 24).toISOString());
    database.close();
    await page.goto('/keys/new');
    await page.getByLabel('Label').fill('After lunch');
    await button('Create key').click();
    const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
    await dialog.getByRole('textbox', { name: 'Password' }).fill('not this one at all');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('That is not your password.').waitFor();
    await look('confirm-password');
    await dialog.getByRole('textbox', { name: 'Password' }).fill(owner.password);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'After lunch is ready' }).waitFor();
    assert.ok(takeProblems().every((problem) => /401|403/.test(problem)));
  });

  await step('a key that never was has a page that says so', async () => {
    await page.getByRole('link', { name: 'Done' }).click();
    await button('Leave anyway').click();
    for (const path of ['/keys/99999', '/keys/xyz', '/keys/99999/rotate']) {
      await page.goto(path);
      await page.getByRole('heading', { name: 'No such key' }).waitFor();
    }
    assert.ok(takeProblems().every((problem) => problem.includes('404')));
  });
});
