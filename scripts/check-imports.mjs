// Refuses imports against the arrows of lib/imports.mjs; npm test runs it.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesUnder } from './lib/fingerprint.mjs';
import { refusals } from './lib/imports.mjs';
import { root } from './lib/paths.mjs';

const files = ['packages', 'e2e', 'bench']
  .flatMap((folder) => filesUnder(join(root, folder)))
  .filter((file) => /\.(ts|tsx|mts)$/.test(file));
const refused = files.flatMap((file) =>
  refusals(relative(root, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')),
);
for (const line of refused) process.stdout.write(`${line}\n`);
process.exitCode = refused.length === 0 ? 0 : 1;
