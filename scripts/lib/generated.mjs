import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Programs that write committed files, in the order in which one's output is the next one's input. */
export const generators = ['packages/contract/scripts/generate.ts', 'packages/sdk/scripts/generate.ts']
  .map((file) => join(root, file))
  .filter((file) => existsSync(file));
