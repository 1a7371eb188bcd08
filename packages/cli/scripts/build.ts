/** Bundles the program for publication: dist/instavm.mjs and one chunk a command, which is read when it runs. */
import { chmodSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = new URL('../', import.meta.url);
const dist = new URL('dist/', folder);

rmSync(dist, { recursive: true, force: true });
await build({
  entryPoints: { instavm: fileURLToPath(new URL('src/main.ts', folder)) },
  outdir: fileURLToPath(dist),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
});
chmodSync(new URL('instavm.mjs', dist), 0o755);
