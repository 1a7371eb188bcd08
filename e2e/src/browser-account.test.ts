import assert from 'node:assert/strict';
import test from 'node:test';
import { openWalker, type Walker } from './harness/browser.ts';
import { ask, guest, on, owner, startDashboard, twoPeople } from './harness/dashboard.ts';
import { call } from './harness/http.ts';
import { makePerson } from './harness/people.ts';

const NEXT_PASSWORD = 'ships are not built for ports';

async function isOff(who: Walker, name: string): Promise<void> {
  assert.equal(await on(who).button(name).getAttribute('aria-disabled'), 'true', name);
}

/** What the browser itself notes of a refusal that the step is about. */
function refusals(who: Walker, status: number): void {
  const problems = who.takeProblems();
  assert.ok(problems.length > 0 && problems.every((text) => text.includes(String(status))), `${problems}`);
}

test('people make themselves where they may, and look after their password and sign-ins', async (t) => {
  const { server, boss, ada, step } = await twoPeople(t, { INSTAVM_SIGNUP: 'open' });
  const { page } = boss;
  const { button, field, heading } = on(boss);
  const hers = on(ada);
  const { full_key: key } = await ask(boss, 'POST', '/v1/api-keys/', { label: 'Works on' });

  await step('where the server lets people in, the sign-in page leads to the form', async () => {
    await ada.page.goto('/');
    await hers.heading('Sign in').waitFor();
    await ada.look('sign-in-open');
    await hers.link('Create an account').click();
    await hers.heading('Create an account').waitFor();
    await isOff(ada, 'Create account');
    await hers.field('Name').fill(guest.name);
    await hers.field('E-mail').fill('ada@@example');
    await hers.field('Password').fill(guest.password);
    await ada.page.evaluate(() => document.querySelector('form')!.setAttribute('novalidate', ''));
    await hers.button('Create account').click();
    await ada.page.getByText('This is not an e-mail address.').waitFor();
    refusals(ada, 422);
    await ada.look('sign-up');
  });

  await step('somebody with a new address signs up, signs in and owns an account', async () => {
    await hers.field('E-mail').fill(guest.email);
    await hers.button('Create account').click();
    await hers.heading('Now sign in').waitFor();
    await ada.look('sign-up-done');
    await hers.link('Sign in').click();
    await hers.field('E-mail').fill(guest.email);
    await hers.field('Password').fill(guest.password);
    await hers.button('Sign in').click();
    await hers.heading('Create your first key').waitFor();
    assert.equal(await ada.page.getByLabel('Account', { exact: true }).count(), 0, 'one account, no choice');
  });

  await step('an address in use gets the same answer, and its password stays', async () => {
    const stranger = await openWalker(server.url);
    try {
      const { button, field, heading } = on(stranger);
      await stranger.page.goto('/sign-up');
      await field('Name').fill('Mallory');
      await field('E-mail').fill(guest.email);
      await field('Password').fill('not the password at all');
      await button('Create account').click();
      await heading('Now sign in').waitFor();
      assert.deepEqual(stranger.takeProblems(), []);
    } finally {
      await stranger.close();
    }
  });

  await step('her page shows who she is and where she is signed in', async () => {
    await page.goto('/');
    await page.getByRole('link', { name: /Grace Hopper/ }).click();
    await heading('Me').waitFor();
    const own = page.getByRole('listitem').filter({ hasText: 'This one' });
    await own.getByText(/Chrome \d+ on Linux/).waitFor();
    await own.getByText(/From this box \(127\.0\.0\.1\)/).waitFor();
    assert.equal(await button(/^End/).count(), 0, 'nothing else to end');
    for (const agent of ['phone/1.0', 'tablet/2.0', 'kiosk/3.0']) await signInFrom(agent);
    await page.reload();
    await button('End all 3 others').waitFor();
    await boss.look('me');
  });

  await step('one sign-in is ended, and is out at once; the others go on', async () => {
    await button('End tablet 2.0 from this box (127.0.0.1)').click();
    await button('End all 2 others').waitFor();
    assert.deepEqual(
      (await clients()).filter((client) => !client.startsWith('Mozilla')),
      ['kiosk/3.0', 'phone/1.0'],
    );
  });

  await step('a wrong current password is told at its field; nothing changes', async () => {
    await field('Current password').fill('not the password at all');
    await field('New password').fill('short');
    assert.equal(await button('Change password').getAttribute('aria-disabled'), 'true');
    await field('New password').fill(NEXT_PASSWORD);
    await button('Change password').click();
    await page.getByText('This is not your password.').waitFor();
    refusals(boss, 422);
    assert.equal(await field('Current password').getAttribute('aria-invalid'), 'true');
    await boss.look('me-wrong-password');
  });

  await step('a changed password leaves the others signed in where that is wanted', async () => {
    await field('Current password').fill(owner.password);
    await page.getByLabel(/End all other sign-ins/).uncheck();
    await button('Change password').click();
    await page.getByText('No other sign-in was ended.').waitFor();
    assert.equal((await clients()).length, 3);
    assert.equal(await field('Current password').inputValue(), '', 'the fields forget');
  });

  await step('and ends them where it is not told otherwise; API keys go on', async () => {
    await field('Current password').fill(NEXT_PASSWORD);
    await field('New password').fill(owner.password);
    await button('Change password').click();
    await page.getByText('2 other sign-ins were ended.').waitFor();
    await button(/^End/).first().waitFor({ state: 'detached' });
    assert.equal((await clients()).length, 1);
    assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 200);
    await signInFrom('phone/1.0');
    await page.reload();
    await button('End the other one').click();
    await page.getByText('One other sign-in was ended.').waitFor();
    assert.equal((await clients()).length, 1);
  });

  async function signInFrom(agent: string): Promise<void> {
    const answer = await fetch(`${server.url}/app/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url, 'user-agent': agent },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    });
    assert.equal(answer.status, 200);
  }

  async function clients(): Promise<string[]> {
    const sessions: { client: string }[] = await ask(boss, 'GET', '/me/sessions');
    return sessions.map(({ client }) => client).sort();
  }
});

test("an account's settings are changed, it is chosen, left and closed", async (t) => {
  const { server, boss, ada, step } = await twoPeople(t);
  const guest = await makePerson(server);
  const { page } = boss;
  const { button, field, heading, link } = on(boss);
  const hers = on(ada);
  const { full_key: key } = await ask(boss, 'POST', '/v1/api-keys/', { label: 'Works on' });

  await step('settings of the account are saved one by one, mistakes told at their field', async () => {
    await link('Account').click();
    await heading('Account').waitFor();
    await field('A sign-in ends when unused for').fill('4');
    await page.getByText('This is a whole number, 5 to 525,600 minutes.').waitFor();
    await field('Name').fill('x'.repeat(121));
    await button('Save name').click();
    await page.getByText('The name is longer than 120 characters.').waitFor();
    refusals(boss, 422);
    await boss.look('account-bad');
    await field('Name').fill('Navy');
    await button('Save name').click();
    await page.getByText('Name: saved').waitFor();
    await field('A sign-in ends when unused for').fill('2880');
    await page.getByText('2,880 minutes are 2 d').waitFor();
    await button('Save a sign-in ends when unused for').click();
    await page.getByText('A sign-in ends when unused for: saved').waitFor();
    await field('Live API keys at most').fill('50');
    await page.keyboard.press('Enter');
    await page.getByText('Now 1 of 50.').waitFor();
    const { name, key_age_days, max_keys, session_idle_minutes } = await ask(boss, 'GET', '/v1/account');
    assert.deepEqual([name, key_age_days, max_keys, session_idle_minutes], ['Navy', 90, 50, 2880]);
    await field('Live API keys at most').fill('');
    await page.keyboard.press('Enter');
    await page.getByText('Now 1 of 50.').waitFor({ state: 'detached' });
    assert.equal((await ask(boss, 'GET', '/v1/account')).max_keys, null);
    await page.reload();
    await heading('Account').waitFor();
    assert.equal(await field('Name').inputValue(), 'Navy');
    await boss.look('account');
  });

  await step('who is in two accounts chooses one, and sees nothing of the other', async () => {
    await ada.page.goto('/sign-in');
    await hers.field('E-mail').fill(guest.email);
    await hers.field('Password').fill(guest.password);
    await hers.button('Sign in').click();
    await hers.heading('Create your first key').waitFor();
    const own = (await ask(ada, 'GET', '/v1/account')).name;
    const invited = await ask(boss, 'POST', '/v1/invitations', { email: guest.email, role: 'developer' });
    await ask(ada, 'POST', '/v1/api-keys/', { label: 'Of her own' });
    await ada.page.goto(invited.link);
    await hers.button('Accept and join').click();
    await ada.page.getByRole('heading', { name: 'Machines', exact: true }).waitFor();
    const choice = ada.page.getByLabel('Account', { exact: true });
    await choice.waitFor();
    assert.equal(await choice.locator('option:checked').textContent(), 'Navy (developer)');
    await hers.link('API keys').click();
    await ada.page.getByRole('row', { name: /Works on/ }).waitFor();
    await ada.look('account-switch');
    await choice.selectOption({ label: `${own} (owner)` });
    await ada.page.getByRole('heading', { name: 'Machines', exact: true }).waitFor();
    await hers.link('API keys').click();
    await ada.page.getByRole('row', { name: /Of her own/ }).waitFor();
    assert.ok(!(await ada.page.content()).includes('Works on'), 'nothing of the other account');
    await choice.selectOption({ label: 'Navy (developer)' });
    await ada.page.getByRole('heading', { name: 'Machines', exact: true }).waitFor();
    await ada.page.reload();
    await choice.waitFor();
    assert.equal(await choice.locator('option:checked').textContent(), 'Navy (developer)');
  });

  await step('the choice is in the menu of a narrow screen too', async () => {
    await ada.page.setViewportSize({ width: 360, height: 740 });
    await hers.button('Menu').click();
    await ada.page.getByRole('dialog').getByLabel('Account', { exact: true }).waitFor();
    await ada.look('menu-switch');
    await ada.page.keyboard.press('Escape');
  });

  await step('who may not change the account sees its settings, with the reason', async () => {
    await hers.link('Account').click();
    await hers.heading('Account').waitFor();
    await ada.page.getByText(/^Your role, developer, does not include this/).waitFor();
    assert.ok(await hers.field('Name').isDisabled());
    for (const name of ['Save name', 'Save live api keys at most', 'Close account']) await isOff(ada, name);
    await ada.look('account-of-a-developer');
  });

  await step('she leaves it and says what happens to her keys; she goes on in her own', async () => {
    const made = await ask(ada, 'POST', '/v1/api-keys/', { label: 'Left behind' });
    await ada.page.reload();
    await hers.button('Leave account').click();
    await ada.page.getByRole('dialog', { name: 'Leave Navy' }).waitFor();
    await ada.page
      .getByLabel('What happens to your API key')
      .selectOption({ label: 'Hand over to Grace Hopper' });
    await ada.look('account-leave');
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Leave account' }).click();
    await ada.page.getByText('You left Navy').waitFor();
    await ada.page.getByText(/You are in .+ now\./).waitFor();
    assert.equal(await ada.page.getByLabel('Account', { exact: true }).count(), 0);
    assert.equal((await call(server, 'GET', '/v1/vms', { key: made.full_key })).status, 200, 'handed over');
    await hers.link('Account').click();
    await isOff(ada, 'Leave account');
  });

  await step(
    'closing an account says what ends and wants its name; who is in another one goes on there',
    async () => {
      const invited = await ask(ada, 'POST', '/v1/invitations', { email: owner.email, role: 'viewer' });
      await ask(boss, 'POST', '/invitations/accept', { token: invited.link.split('#token=')[1] });
      await page.goto('/account');
      await heading('Account').waitFor();
      await page.getByLabel('Account', { exact: true }).selectOption({ label: 'Navy (owner)' });
      await page.getByRole('heading', { name: 'Machines', exact: true }).waitFor();
      await link('Account').click();
      await button('Close account').click();
      const dialog = page.getByRole('dialog', { name: 'Close Navy' });
      await dialog.getByText('2 API keys are revoked.').waitFor();
      await dialog.getByText('No machine runs.').waitFor();
      await dialog.getByText('Nobody else is in it.').waitFor();
      const act = dialog.getByRole('button', { name: 'Close account' });
      await dialog.getByLabel('Type Navy to close it').fill('navy');
      assert.equal(await act.getAttribute('aria-disabled'), 'true');
      await boss.look('account-close');
      await dialog.getByLabel('Type Navy to close it').fill('Navy');
      await act.click();
      await page.getByText('Navy is closed').waitFor();
      await boss.look('account-closed');
      await link('API keys').click();
      await page.getByRole('row', { name: /Of her own/ }).waitFor();
      assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 401);
      assert.ok(await page.locator('option', { hasText: 'Navy (closed or suspended)' }).isDisabled());
    },
  );

  await step('who leaves their last account is told so, and is signed out', async () => {
    await link('Account').click();
    await button('Leave account').click();
    await page.getByText('You are in no other account').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave account' }).click();
    await heading('Sign in').waitFor();
    await page.getByText('You are signed out.').waitFor();
    assert.equal((await boss.context.request.get('/app/v1/account')).status(), 401);
  });
});

test('where sign-up is closed, no page offers it', async (t) => {
  const { server, openBrowser } = await startDashboard(t, { driver: 'fake' });
  await makePerson(server);
  const { page, look, takeProblems } = await openBrowser();
  await page.goto('/sign-in');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Create an account' }).count(), 0);
  await page.goto('/sign-up');
  await page.getByRole('heading', { name: 'Nobody signs up here' }).waitFor();
  await look('sign-up-closed');
  assert.deepEqual(takeProblems(), []);
});
