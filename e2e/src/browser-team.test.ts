import assert from 'node:assert/strict';
import test from 'node:test';
import { guest, twoPeople } from './harness/dashboard.ts';
import { call } from './harness/http.ts';

// Two people, each in a browser of their own, on a server of their own. Machines are not asked for.
test('an owner invites somebody, who joins by the link; then suspends and removes them', async (t) => {
  const { server, boss, ada, step } = await twoPeople(t);
  const { page } = boss;
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  let link = '';
  let key = '';

  await step('the team is one person, who can invite another; the link is shown once', async () => {
    await page.getByRole('link', { name: 'Team' }).click();
    await page.getByRole('row', { name: /Grace Hopper/ }).waitFor();
    await button('Invite').click();
    await page.getByLabel('E-mail').fill(guest.email);
    await boss.look('team-invite');
    await button('Make the link').click();
    await page.getByText('It works once, for seven days').waitFor();
    link = /http:\S+#token=\S+/.exec((await page.getByRole('dialog').textContent()) ?? '')?.[0] ?? '';
    assert.match(link, /\/invitation#token=[\w-]{43}/);
    link = link.slice(0, link.indexOf('#token=') + 7 + 43);
    await button('Done').click();
    await page.getByText(guest.email).waitFor();
    assert.ok(!(await page.content()).includes(link), 'it is nowhere again');
  });

  await step('whoever opens it sees what it offers; the token leaves the address', async () => {
    await ada.page.goto(link);
    await ada.page.getByRole('heading', { name: 'Join Grace Hopper' }).waitFor();
    assert.ok(!ada.page.url().includes('token'), ada.page.url());
    await ada.look('invitation');
    await ada.page.getByLabel('Name').fill(guest.name);
    await ada.page.getByRole('textbox', { name: 'Password' }).fill(guest.password);
    await ada.page.getByRole('button', { name: 'Accept and join' }).click();
    await ada.page.getByRole('heading', { name: 'Create your first key' }).waitFor();
  });

  await step('a developer makes a key and sees the team, but changes nobody', async () => {
    await ada.page.getByRole('link', { name: /Create/ }).click();
    await ada.page.getByLabel('Label').fill('Notebook');
    await ada.page.getByRole('button', { name: 'Create key' }).click();
    await ada.page.getByRole('heading', { name: 'Notebook is ready' }).waitFor();
    key = (await ada.page.getByTestId('full-key').textContent()) ?? '';
    assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 200);
    await ada.page.getByRole('button', { name: 'Copy key' }).click();
    await ada.page.getByRole('link', { name: 'Done' }).click();
    await ada.page.getByRole('link', { name: 'Team' }).click();
    await ada.page.getByRole('row', { name: /Ada Lovelace/ }).waitFor();
    const invite = ada.page.getByRole('button', { name: 'Invite' });
    assert.equal(await invite.getAttribute('aria-disabled'), 'true');
  });

  await step('the owner makes a service account and looks at the team', async () => {
    await button('Create a service account').click();
    await page.getByLabel('Name').fill('nightly-builds');
    await button('Create').last().click();
    await page.getByRole('row', { name: /nightly-builds/ }).waitFor();
    await page.getByRole('row', { name: /Ada Lovelace/ }).waitFor();
    await boss.look('team');
  });

  await step('suspending somebody refuses their key at once, resuming lets it in', async () => {
    await button('Suspend Ada Lovelace').click();
    await button('Resume Ada Lovelace').waitFor();
    const refused = await call(server, 'GET', '/v1/vms', { key });
    assert.equal(refused.status, 401, refused.text);
    await ada.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    ada.takeProblems();
    await button('Resume Ada Lovelace').click();
    await button('Suspend Ada Lovelace').waitFor();
    assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 200);
  });

  await step('removing somebody hands their key over, and it goes on', async () => {
    await button('Remove Ada Lovelace').click();
    await page
      .getByLabel(/What happens to their API key/)
      .selectOption({ label: 'Hand over to nightly-builds' });
    await boss.look('team-remove');
    await button('Remove member').click();
    await page.getByRole('row', { name: /Ada Lovelace/ }).waitFor({ state: 'detached' });
    assert.equal((await call(server, 'GET', '/v1/vms', { key })).status, 200);
  });

  await step('a used link says so', async () => {
    // The browser notes the refusal as an error of its own.
    await ada.context.clearCookies();
    const answer = await ada.context.request.post('/app/invitations/show', {
      headers: { origin: server.url },
      data: { token: link.split('#token=')[1] },
    });
    assert.equal(answer.status(), 410);
    ada.takeProblems();
  });
});
