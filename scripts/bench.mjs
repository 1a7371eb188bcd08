// npm run bench: figures side by side in one run; see bench/.
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';
import { handOver } from './lib/hand-over.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/paths.mjs';
import { rail } from './lib/rail.mjs';
import { serverCommand } from './lib/server-command.mjs';

await main(async () => {
  const node = await bootstrap(rail(process.stderr));
  process.env.INSTAVM_BENCH_SERVER = JSON.stringify(serverCommand);
  handOver(node, [join(root, 'bench', 'src', 'main.ts'), ...process.argv.slice(2)]);
});
