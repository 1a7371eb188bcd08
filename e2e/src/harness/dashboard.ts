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

/** Sets the server up in this browser, as its owner. */
export async function setUp(walker: Walker, server: TestServer): Promise<void> {
  const { button, field, heading } = on(walker);
  await walker.page.goto(server.firstRunLink!);
  await field('Name').fill(owner.name);
  await field('E-mail').fill(owner.email);
  await field('Password').fill(owner.password);
  await button('Set up and sign in').click();
  await heading('Create your first key').waitFor();
}

/** The API as whoever is signed in there, beside the page. Throws for an answer that is no success. */
export async function ask({ context, page }: Walker, method: string, path: string, data?: unknown) {
  const answer = await context.request.fetch(`/app${path}`, {
    method,
    headers: { origin: new URL(page.url()).origin },
    ...(data === undefined ? {} : { data }),
  });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** A server for two people, each in a browser of their own, the one of whom is its owner. No machine is asked for. */
export async function twoPeople(t: TestContext, env: NodeJS.ProcessEnv = {}): Promise<Two> {
  const { server, openBrowser } = await startDashboard(t, { driver: 'fake', env });
  const boss = await openBrowser();
  const ada = await openBrowser();
  const step = stepsOf(t, boss, ada);
  await step('set-up', () => setUp(boss, server));
  return { server, boss, ada, step };
}
