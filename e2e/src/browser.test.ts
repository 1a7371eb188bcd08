import assert from 'node:assert/strict';
import test from 'node:test';
import { startDashboard, stepsOf } from './harness/dashboard.ts';
import { call } from './harness/http.ts';
import { whenReady } from './harness/server.ts';

const person = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'analytical engine 1843' };

// The first minutes of an owner, in a browser, with a server and a machine of their own. Each step needs the one before.
test('an owner walks from the first-run link to a machine that runs code, and out again', async (t) => {
  const { server, openBrowser } = await startDashboard(t);
  const walker = await openBrowser();
  const { page, context, look, takeProblems } = walker;
  const main = page.getByRole('main');
  const step = stepsOf(t, walker);
  let key = '';

  await step('without the link the first page tells where to find it', async () => {
    await page.goto('/');
    await page.getByRole('heading', { name: 'Open the link from your terminal' }).waitFor();
    await look('first-run-without-link');
  });

  await step('the link leads to the set-up, and its token leaves the address', async () => {
    await page.goto(server.firstRunLink!);
    await page.getByRole('heading', { name: 'Set up your server' }).waitFor();
    assert.ok(!page.url().includes('token'), page.url());
    await look('first-run');
  });

  await step('name, e-mail and password make the owner, who is asked for a first key', async () => {
    await page.getByLabel('Name').fill(person.name);
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await page.getByRole('heading', { name: 'Create your first key' }).waitFor();
    await look('new-key');
  });

  await step('a key is shown once, with lines that hold it', async () => {
    await page.getByLabel('Label').fill('Notebook');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('heading', { name: 'Notebook is ready' }).waitFor();
    key = (await page.getByTestId('full-key').textContent()) ?? '';
    assert.match(key, /^instavm_sk_\w{40,}$/);
    assert.ok((await main.textContent())?.includes(`X-API-Key: ${key}`));
    await page.getByText("Waiting for this key's first call").waitFor();
    await look('key-reveal');
  });

  await step("the line turns green by itself at the key's first call", async () => {
    const answer = await call(server, 'GET', '/v1/users/me', {
      key,
      headers: { 'user-agent': 'curl/8.5.0' },
    });
    assert.equal(answer.status, 200, answer.text);
    await page.getByText('This key works.').waitFor();
    await page.getByText(/curl/).first().waitFor();
    await look('key-first-call');
  });

  await step('once copied and left, the key is seen nowhere again', async () => {
    await page.getByRole('button', { name: 'Copy key' }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    await page.getByRole('link', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    await page.getByRole('row', { name: /Notebook/ }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Create an API key' }).waitFor();
    assert.ok(!(await page.content()).includes(key));
    await page.goto('/keys');
    await page.getByRole('row', { name: /Notebook/ }).waitFor();
    await look('keys');
  });

  await step('the engine page says what makes the machines', async () => {
    await whenReady(server);
    await page.getByRole('link', { name: 'Engine', exact: true }).click();
    await main.getByText('Ready', { exact: true }).waitFor();
    await look('engine');
  });

  await step('a machine is created and leads to its page', async () => {
    await page.getByRole('link', { name: 'Machines', exact: true }).click();
    await page.getByRole('heading', { name: 'No machine yet' }).waitFor();
    await look('machines-empty');
    await page.getByRole('button', { name: 'Create machine' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create a machine' });
    await dialog.waitFor();
    await look('machine-create');
    await dialog.getByRole('button', { name: 'Create machine' }).click();
    await page.waitForURL(/\/machines\/vm_\w+$/);
    // The first machine of a size takes longer: its template is made then.
    await main.getByText('Running', { exact: true }).waitFor({ timeout: 90_000 });
  });

  await step('code runs on it and shows its output, the good and the bad', async () => {
    const run = page.getByRole('button', { name: 'Run', exact: true });
    await page.getByLabel('Code').fill('answer = 6 * 7\nprint("the answer is", answer)');
    await run.click();
    await page.getByText('the answer is 42').first().waitFor();
    await page.getByText('Exit code 0').waitFor();
    await page.getByLabel('Code').fill('print(answer + 1)\n1 / 0');
    await run.click();
    await page.getByText('ZeroDivisionError').first().waitFor();
    await page.getByText('Exit code 1').waitFor();
    await page.getByLabel('Language').selectOption('bash');
    await page.getByLabel('Code').fill('uname -s');
    await run.click();
    await page.getByRole('heading', { name: 'Run 3' }).waitFor();
    await page.getByText('Exit code 0').nth(1).waitFor();
    await look('machine');
  });

  await step('a machine is deleted after its name was read', async () => {
    const vmId = page.url().split('/').at(-1)!;
    await page.getByRole('link', { name: 'Machines', exact: true }).first().click();
    await page.getByRole('row', { name: new RegExp(vmId) }).waitFor();
    await look('machines');
    await page.getByRole('button', { name: `Delete ${vmId}` }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this machine' });
    await dialog.getByText(vmId).waitFor();
    await look('machine-delete');
    await dialog.getByRole('button', { name: 'Delete machine' }).click();
    await page.getByText(`${vmId} is deleted`).waitFor();
    const { json } = await call(server, 'GET', `/v1/vms/${vmId}`, { key });
    assert.equal(json.status, 'terminated');
  });

  await step('a machine that never was has a page that says so', async () => {
    await page.goto('/machines/vm_0000000000000000');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look('machine-not-found');
    // The browser itself logs the 404 that the page asked for.
    assert.ok(takeProblems().every((problem) => problem.includes('404')));
  });

  await step('a revoked key is refused from its next request, and the proof is shown', async () => {
    await page.goto('/keys');
    await page.getByRole('button', { name: 'Revoke Notebook' }).click();
    await page.getByText('It is in use').waitFor();
    await look('key-revoke');
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('The server confirms it').waitFor();
    await look('key-revoked');
    assert.equal((await call(server, 'GET', '/v1/users/me', { key })).status, 401);
    await page.getByRole('button', { name: 'Done' }).click();
  });

  await step('signing out closes every page', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto('/keys');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.equal((await context.request.get('/app/v1/api-keys/')).status(), 401);
    await look('sign-in');
    takeProblems();
  });

  await step('a wrong password is told without saying which of the two is wrong', async () => {
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('E-mail or password is wrong').waitFor();
    await look('sign-in-refused');
    assert.ok(takeProblems().every((problem) => problem.includes('401')));
  });

  await step('the right one leads to the page that was asked for', async () => {
    await page.getByRole('textbox', { name: 'Password' }).fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'API keys', exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/keys');
  });

  await step('the first-run link is void', async () => {
    const late = await context.newPage();
    await late.goto(server.firstRunLink!);
    await late.waitForURL((url) => url.pathname !== '/first-run');
    await late.close();
  });
});
