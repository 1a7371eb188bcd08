import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { ask, on, owner, setUp, startDashboard, stepsOf, twoPeople } from './harness/dashboard.ts';
import { call } from './harness/http.ts';
import { instavmd } from './harness/server.ts';
import { until } from './harness/until.ts';
import { type Received, startReceiver } from './harness/webhook-receiver.ts';

function isSigned({ body, signature }: Received, secret: string): boolean {
  const [, at, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  return createHmac('sha256', secret).update(`${at}.${body}`).digest('hex') === hex;
}

// Limits, usage, webhooks and short-lived credentials as an owner meets them in a browser.
test('an owner limits keys, sees what they use, and hears of what happens', async (t) => {
  const { server, openBrowser } = await startDashboard(t, {
    driver: 'fake',
    env: { INSTAVM_WEBHOOK_ALLOW: '127.0.0.0/8' },
  });
  const boss = await openBrowser();
  const { page, context, look, takeProblems } = boss;
  const { button, field, heading, link } = on(boss);
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const step = stepsOf(t, boss);
  const asOwner = (method: string, path: string, data?: unknown) => ask(boss, method, path, data);
  const use = (key: string) => call(server, 'GET', '/v1/users/me', { key });
  let key = { id: 0, full_key: '' };

  await step('set-up', async () => {
    await setUp(boss, server);
    key = await asOwner('POST', '/v1/api-keys/', { label: 'Nightly job' });
  });

  await step('a limit of a key is set on its page and holds at the next request', async () => {
    await page.goto(`/keys/${key.id}`);
    await button('Edit limits').click();
    await page.getByRole('radio', { name: 'Limit', exact: true }).check({ force: true });
    await field('Requests').fill('0');
    await page.getByText('This is no limit: requests may be 1 to 9999999, not 0.').waitFor();
    await look('key-limits-edit');
    await field('Requests').fill('2');
    await main.getByRole('combobox', { name: 'Window' }).selectOption('3600');
    await field('At once').fill('2');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await main.getByText('2 requests an hour, 2 at once').waitFor();
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await use(key.full_key)).status);
    assert.deepEqual(statuses, [200, 200, 429]);
  });

  await step('what the key used is seen at once, with what met its limit', async () => {
    await page.reload();
    const facts = main.locator('dl').filter({ hasText: 'Met a limit' });
    await facts.getByText('3', { exact: true }).waitFor();
    await look('key-usage');
    await page.goto('/usage');
    await heading('Usage').waitFor();
    await main.getByRole('table', { name: 'Usage by key' }).getByText('Nightly job').waitFor();
    await look('usage');
    await main.getByRole('combobox', { name: 'Split' }).selectOption('route');
    await main.getByRole('table', { name: 'Usage by operation' }).getByText('/v1/users/me').waitFor();
    await look('usage-by-route');
    const csv = await context.request.get('/app/v1/usage/export?period=7d&by=key&format=csv');
    assert.equal(csv.status(), 200);
    assert.match(await csv.text(), /^at,subject,label,requests,/);
  });

  await step('the account has limits, quotas, times, environments and places', async () => {
    await page.goto('/account');
    await button('Edit limits').click();
    await field('Machines at once').fill('nonsense');
    await page.getByText('Give a number from 1 to 100,000 machines, or nothing.').waitFor();
    await field('Machines at once').fill('3');
    await field('Machine time a month').fill('150.5');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await main.getByText('150.5 hours').waitFor();
    const saved = await asOwner('GET', '/v1/account');
    assert.deepEqual([saved.quota_machines, saved.quota_vm_seconds], [3, 541_800]);
    await button('Edit machine times').click();
    await field('A machine ends when unused for').fill('10');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await main.getByText('10 min', { exact: true }).first().waitFor();
    await look('account-limits');
    await main.getByRole('textbox', { name: 'Its keys are used from' }).first().fill('10.9.0.0/16');
    await button('Add').first().click();
    await button('Save networks').click();
    await until('the network is saved', async () => {
      const [production] = await asOwner('GET', '/v1/account/environments');
      return production.networks[0] === '10.9.0.0/16' || undefined;
    });
    await page.getByRole('checkbox', { name: /Disable a key whose use looks like an attack/ }).click();
    await button('Add a place').click();
    await field('Name').last().fill('Office');
    await main.getByRole('textbox', { name: 'Networks of Office' }).fill('192.0.2.0/24');
    await main.getByRole('textbox', { name: 'Networks of Office' }).press('Enter');
    await button('Save places').click();
    await until('places are saved', async () => {
      const { places, quarantine } = await asOwner('GET', '/v1/account');
      return (quarantine && places[0]?.name === 'Office') || undefined;
    });
    await look('account-places');
  });

  await step('an endpoint is added, its secret shown once, and it hears of a new key', async () => {
    const receiver = await startReceiver(t);
    await page.goto('/webhooks');
    await heading('No endpoint yet').waitFor();
    await look('webhooks-empty');
    await button('Add endpoint').first().click();
    await dialog.getByRole('textbox', { name: 'Address' }).fill('ftp://example.org');
    await dialog.getByRole('button', { name: 'Add endpoint' }).click();
    await dialog.getByText('The address is neither https nor http.').waitFor();
    assert.ok(takeProblems().every((text) => text.includes('422')));
    await dialog.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
    await dialog.getByRole('button', { name: 'api_key.*' }).click();
    await look('webhook-new');
    await dialog.getByRole('button', { name: 'Add endpoint' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    assert.match(secret, /^whsec_/);
    await look('webhook-secret');
    await button('Done').click();
    await asOwner('POST', '/v1/api-keys/', { label: 'Heard of' });
    await until('the event arrives', () => receiver.received.length > 0 || undefined);
    assert.ok(receiver.received.every((one) => isSigned(one, secret)));
    assert.equal(JSON.parse(receiver.received[0]!.body).event_type, 'api_key.created');

    await link(receiver.url).click();
    await main.getByRole('cell').getByText('Delivered').first().waitFor();
    await button('Verify').click();
    await page.getByText('It answered its challenge').waitFor();
    receiver.answer.status = 500;
    await button('Send a test').click();
    await main.getByRole('cell').getByText('Failed, tried again').first().waitFor();
    receiver.answer.status = 200;
    await look('webhook');
    await main.getByRole('button', { name: 'webhook.test' }).first().click();
    await dialog.getByText('Answered 500').first().waitFor();
    await look('webhook-delivery');
    const before = receiver.received.length;
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await until('it is sent again', () => receiver.received.length > before || undefined);

    await button('Switch off').click();
    await button('Switch on').waitFor();
    await button('Remove').click();
    await dialog.getByRole('button', { name: 'Remove endpoint' }).click();
    await heading('No endpoint yet').waitFor();
  });

  await step('a repository is trusted, and no more', async () => {
    await page.goto('/keys');
    await link('Keys without secrets').click();
    await heading('Nobody is trusted yet').waitFor();
    await look('trust-empty');
    await button('Trust an issuer').first().click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Deploys of the site');
    assert.equal(
      await dialog.getByRole('button', { name: 'Trust it' }).getAttribute('aria-disabled'),
      'true',
    );
    await dialog.getByRole('textbox', { name: 'Subject' }).fill('repo:acme/site:ref:refs/heads/main');
    await look('trust-new');
    await dialog.getByRole('button', { name: 'Trust it' }).click();
    await main.getByText('repo:acme/site:ref:refs/heads/main').waitFor();
    await look('trust');
    await button('End').click();
    await dialog.getByRole('button', { name: 'End it and its keys' }).click();
    await heading('Nobody is trusted yet').waitFor();
  });

  await step('a machine gets more time, and a token of its own', async () => {
    const { vm_id: vmId, expires_at: before } = await asOwner('POST', '/v1/vms', {
      vm_lifetime_seconds: 600,
    });
    await page.goto(`/machines/${vmId}`);
    await button('Give more time').click();
    await dialog.getByRole('radio', { name: '4 h' }).check({ force: true });
    await look('machine-renew');
    await dialog.getByRole('button', { name: 'Give time' }).click();
    await until('it lives longer', async () => {
      const { expires_at: after } = await asOwner('GET', `/v1/vms/${vmId}`);
      return after > before || undefined;
    });
    await button('Create a token').click();
    await dialog.getByRole('textbox', { name: 'Label' }).fill('For the agent');
    await dialog.getByRole('checkbox', { name: 'Run code and commands, and read their results' }).check();
    await look('machine-token-new');
    await dialog.getByRole('button', { name: 'Create token' }).click();
    const token = (await page.getByTestId('secret').textContent()) ?? '';
    assert.match(token, /^instavm_st_/);
    await button('Done').click();
    const who = await call(server, 'GET', '/v1/whoami', { key: token });
    assert.equal(who.status, 200);
    await main.getByText('For the agent').waitFor();
    await look('machine-tokens');
    const row = main.getByRole('listitem').filter({ hasText: 'For the agent' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await until('it is refused', async () => {
      const { status } = await call(server, 'GET', '/v1/whoami', { key: token });
      return status === 401 || undefined;
    });
  });
});

test('a password that is forgotten is set anew by a link of the operator', async (t) => {
  const { server, boss, ada, step } = await twoPeople(t);
  const hers = on(ada);

  await step('without mail the page says whom to ask', async () => {
    await ada.page.goto('/sign-in');
    await hers.link('Forgot the password?').click();
    await hers.heading('Ask the operator for a link').waitFor();
    await ada.look('forgot-password');
  });

  await step('the link works once, and ends every sign-in', async () => {
    const { stdout } = await instavmd(server, ['users', 'reset-link', '--email', owner.email]);
    await ada.page.goto(stdout.trim());
    await hers.heading('Set a new password').waitFor();
    assert.doesNotMatch(ada.page.url(), /token/, 'it is not left in the address');
    await ada.look('reset-password');
    await hers.field('New password').fill('another ship sails out');
    await hers.button('Set the password').click();
    await hers.heading('Your password is new').waitFor();
    await boss.page.reload();
    await on(boss).heading('Sign in').waitFor();
    boss.takeProblems();
    await ada.page.goto(stdout.trim());
    await hers.field('New password').fill('a third ship sails out');
    await hers.button('Set the password').click();
    await hers.heading('This link does not work any more').waitFor();
    assert.ok(ada.takeProblems().every((text) => text.includes('410')));
    await hers.link('Ask for a new link').waitFor();
  });
});
