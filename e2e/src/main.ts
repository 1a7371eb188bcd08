import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findChromium } from './harness/chromium.ts';
import { reporter, root } from './harness/paths.ts';
import { publishedClient } from './harness/python.ts';
import { startServer, type TestServer, whenReady } from './harness/server.ts';

// Runs the end-to-end tests: prepares what is made once, starts the shared server, runs the files beside it.

// These need no machine. They run beside the others, which run one after the other: where machines are emulated
// each takes a whole core, and what a test says about time must hold on two.
const WITHOUT_MACHINES = [
  'browser-account.test.ts',
  'browser-keys.test.ts',
  'browser-team.test.ts',
  'cli-clients.test.ts',
  'https.test.ts',
  'keys.test.ts',
  'operator.test.ts',
  'plain-http.test.ts',
  'published-cli-usage.test.ts',
  'published-cli-webhooks.test.ts',
  'raw-bytes.test.ts',
  'shared-cache.test.ts',
  'start.test.ts',
  'webhooks.test.ts',
];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const given = process.argv.slice(2);
const files =
  given.length > 0 ? given : (await Array.fromAsync(glob(join(import.meta.dirname, '*.test.ts')))).sort();
const isLight = (file: string) => WITHOUT_MACHINES.includes(basename(file));
const groups = [files.filter((file) => !isLight(file)), files.filter(isLight)].filter(
  (group) => group.length > 0,
);

const server = await startServer();
try {
  await prepare(server);
  const codes = await Promise.all(groups.map((group, at) => runTests(group, server, countsFile(at))));
  sumUp(groups.map((_, at) => countsFile(at)));
  process.exitCode = Math.max(...codes);
} finally {
  await server.remove();
}

async function prepare(shared: TestServer): Promise<void> {
  const began = Date.now();
  const told = async (name: string, work: Promise<unknown>) => {
    await work;
    process.stdout.write(`  Ready: ${name} · ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  };
  await Promise.all([
    told('machines', whenReady(shared)),
    told('published client', publishedClient()),
    told('browser', findChromium()),
  ]);
}

function runTests(
  group: string[],
  { url, dataDir, driver }: TestServer,
  counts: string | undefined,
): Promise<number> {
  const args = ['--test', '--test-concurrency=1', '--test-timeout=300000', '--test-reporter', reporter];
  const child = spawn(process.execPath, [...args, ...group], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      E2E_SHARED: JSON.stringify({ url, dataDir, driver }),
      ...(counts ? { INSTAVM_TEST_COUNTS: counts } : {}),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

function countsFile(group: number): string | undefined {
  const total = process.env.INSTAVM_TEST_COUNTS;
  return total && `${total}.${group}`;
}

/** Writes the sum of what the groups counted to where the caller looks for it. */
function sumUp(parts: (string | undefined)[]): void {
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    // Without the counts of one group there is no sum: the caller takes that for a failure.
    if (!part || !existsSync(part)) return;
    const counts = JSON.parse(readFileSync(part, 'utf8')) as Counts;
    for (const name of ['passed', 'failed', 'skipped'] as const) total[name] += counts[name];
  }
  writeFileSync(process.env.INSTAVM_TEST_COUNTS!, JSON.stringify(total));
}
