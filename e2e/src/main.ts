import { spawn } from 'node:child_process';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { findChromium } from './harness/chromium.ts';
import { reporter, root } from './harness/paths.ts';
import { publishedClient } from './harness/python.ts';
import { startServer, type TestServer, whenReady } from './harness/server.ts';

// Runs the end-to-end tests: prepares what is made once, starts the shared server, runs the files beside it.
const given = process.argv.slice(2);
const files = given.length > 0 ? given : await Array.fromAsync(glob(join(import.meta.dirname, '*.test.ts')));
let server: TestServer | undefined;
try {
  server = await startServer();
  const began = Date.now();
  const prepared = [
    whenReady(server).then(() => 'machines'),
    publishedClient().then(() => 'published client'),
    findChromium().then(() => 'browser'),
  ];
  for (const part of prepared) {
    part.then(
      (name) => process.stdout.write(`  Ready: ${name} · ${((Date.now() - began) / 1000).toFixed(1)} s\n`),
      () => {},
    );
  }
  await Promise.all(prepared);
  process.exitCode = await runTests(server);
} finally {
  await server?.remove();
}

function runTests({ url, dataDir, driver }: TestServer): Promise<number> {
  const args = [
    '--test',
    '--test-concurrency=2',
    '--test-timeout=180000',
    '--test-reporter',
    reporter,
    ...files.sort(),
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, E2E_SHARED: JSON.stringify({ url, dataDir, driver }) },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
