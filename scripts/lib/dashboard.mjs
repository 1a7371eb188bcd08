import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './bootstrap.mjs';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { modules, root } from './paths.mjs';

const folder = join(root, 'packages', 'dashboard');
const dist = join(folder, 'dist');
const stampFile = join(dist, '.sources');

// What ends up in the bundle: the dashboard and the packages that it takes in as source.
const sources = [
  folder,
  ...['sdk', 'contract', 'keyformat'].map((name) => join(root, 'packages', name, 'src')),
];

/**
 * Builds the dashboard when its sources differ from the built ones. The old build stays in place until the
 * new one is whole.
 * @returns {Promise<{state: 'current' | 'built'} | {state: 'failed', output: string}>}
 */
export async function buildDashboard(node, rail) {
  const wanted = fingerprint(root, [...sources, join(root, 'pnpm-lock.yaml')]);
  const isCurrent = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted;
  if (isCurrent()) return { state: 'current' };
  const step = rail.step('Dashboard');
  const result = await withLock(
    join(modules, '.instavm-dashboard.lock'),
    async () => (isCurrent() ? { code: 0, output: '' } : await build(node, wanted)),
    () => step.update('another process is building it'),
  );
  if (result.code === 0) {
    step.done('built');
    return { state: 'built' };
  }
  step.fail('not built');
  return { state: 'failed', output: result.output };
}

async function build(node, stamp) {
  const next = `${dist}.next.tmp`;
  const old = `${dist}.old.tmp`;
  const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js');
  // Vite takes an inherited NODE_ENV for the kind of build.
  const { NODE_ENV: _, ...environment } = process.env;
  const result = await capture(node, [vite, 'build', folder, '--outDir', next, '--emptyOutDir'], environment);
  if (result.code !== 0) return result;
  writeFileSync(join(next, '.sources'), stamp);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(next, dist);
  rmSync(old, { recursive: true, force: true });
  return result;
}
