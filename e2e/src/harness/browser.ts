import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { screenshots } from './paths.ts';

/** A page of a real browser that remembers everything that went wrong in it. */
export interface Walker {
  page: Page;
  context: BrowserContext;
  /** Console errors and uncaught exceptions since the last call. */
  takeProblems(): string[];
  /** Screenshots in light, dark and narrow; fails on what axe finds and on sideways scrolling. */
  look(name: string): Promise<void>;
  close(): Promise<void>;
}

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

// The arguments are ours: those of the packaged browser switch off web security.
const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage'];

/** Opens a browser on that address. It takes the one certificate of a test's own authority that is given (PEM). */
export async function openWalker(baseURL: string, certificate?: string): Promise<Walker> {
  const { executablePath, env } = await findChromium();
  const browser: Browser = await chromium.launch({
    executablePath,
    args: certificate ? [...ARGUMENTS, trust(certificate)] : ARGUMENTS,
    env: { ...process.env, ...env } as Record<string, string>,
  });
  const context = await browser.newContext({
    baseURL,
    viewport: WIDE,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await mkdir(screenshots, { recursive: true });
  return {
    page,
    context,
    takeProblems: () => problems.splice(0),
    look: (name) => look(page, name, axe),
    close: () => browser.close(),
  };
}

/** By its key, so that every other mistake of a certificate is still one. */
function trust(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

async function look(page: Page, name: string, axe: string): Promise<void> {
  for (const [variant, viewport, colorScheme] of [
    ['light', WIDE, 'light'],
    ['dark', WIDE, 'dark'],
    ['narrow', NARROW, 'light'],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const file = join(screenshots, `${name}-${variant}.png`);
    await rm(file, { force: true });
    await page.screenshot({ path: file, animations: 'disabled' });
    assert.deepEqual(await violations(page, axe), [], `${name} (${variant}) is accessible`);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0, `${name} (${variant}) does not scroll sideways`);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** What axe finds, WCAG 2.2 AA and best practices, one line an element. */
async function violations(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe is put into the page as text
    const { violations } = await (window as any).axe.run(document, { resultTypes: ['violations'] });
    return violations as {
      id: string;
      help: string;
      nodes: { target: string[]; failureSummary: string }[];
    }[];
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${help}: ${target.join(' ')} (${failureSummary.split('\n').at(-1)?.trim()})`,
    ),
  );
}
