// node scripts/run.mjs FILE ARGS: runs a TypeScript program of the repository in the caller's folder.
// Whatever must be installed first is told on stderr, so that stdout is the program's alone.
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';
import { handOver } from './lib/hand-over.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/paths.mjs';
import { rail } from './lib/rail.mjs';

await main(async () => {
  const [file, ...args] = process.argv.slice(2);
  const node = await bootstrap(rail(process.stderr));
  handOver(node, [join(root, file), ...args]);
});
