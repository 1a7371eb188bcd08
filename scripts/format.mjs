// npm run format: formats and sorts imports in place; npm test only checks.
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';
import { handOver } from './lib/hand-over.mjs';
import { main } from './lib/main.mjs';
import { modules, root } from './lib/paths.mjs';
import { rail } from './lib/rail.mjs';

await main(async () => {
  const node = await bootstrap(rail(process.stderr));
  process.chdir(root);
  handOver(node, [
    join(modules, '@biomejs', 'biome', 'bin', 'biome'),
    'check',
    '--write',
    '.',
    ...process.argv.slice(2),
  ]);
});
