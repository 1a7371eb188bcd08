import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openWalker, type Walker } from './browser.ts';
import { root } from './paths.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

export type Step = (name: string, work: () => Promise<void>) => Promise<void>;

/** A server of the test's own, whose dashboard is built, and as many browsers on it. */
export async function startDashboard(
  t: TestContext,
  options: ServerOptions = {},
): Promise<{ server: TestServer; openBrowser(): Promise<Walker> }> {
  assert.ok(existsSync(join(root, 'packages/dashboard/dist/index.html')), 'the dashboard is built');
  const server = await startServer(options);
  t.after(() => server.remove());
  return {
    server,
    async openBrowser() {
      const walker = await openWalker(server.url);
      t.after(walker.close);
      return walker;
    },
  };
}

/** Steps of one test, each of which must end without an error in any console. */
export function stepsOf(t: TestContext, ...walkers: Walker[]): Step {
  return async (name, work) => {
    await t.test(name, async () => {
      await work();
      for (const { takeProblems } of walkers) assert.deepEqual(takeProblems(), [], 'no console error');
    });
  };
}

export const on = ({ page }: Walker) => ({
  button: (name: string | RegExp) => page.getByRole('button', { name }),
  field: (name: string) => page.getByRole('textbox', { name, exact: true }),
  heading: (name: string) => page.getByRole('heading', { name, exact: true }),
  link: (name: string) => page.getByRole('link', { name, exact: true }),
});

export const owner = { name: 'Grace Hopper', email: 'grace@example.com', password: 'a ship in port is safe' };
export const guest = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'analytical engine 1843' };

export interface Two {
  server: TestServer;
  /** The owner, in her browser. */
  boss: Walker;
  ada: Walker;
  step: Step;
}

/** A server for two people, each in a browser of their own, the one of whom is its owner. No machine is asked for. */
export async function twoPeople(t: TestContext, env: NodeJS.ProcessEnv = {}): Promise<Two> {
  const { server, openBrowser } = await startDashboard(t, { driver: 'fake', env });
  const boss = await openBrowser();
  const ada = await openBrowser();
  const step = stepsOf(t, boss, ada);
  const { button, field, heading } = on(boss);
  await step('set-up', async () => {
    await boss.page.goto(server.firstRunLink!);
    await field('Name').fill(owner.name);
    await field('E-mail').fill(owner.email);
    await field('Password').fill(owner.password);
    await button('Set up and sign in').click();
    await heading('Create your first key').waitFor();
  });
  return { server, boss, ada, step };
}
