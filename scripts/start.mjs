// npm start: installs what is missing, builds the dashboard when it changed, then becomes the server.
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';
import { buildDashboard } from './lib/dashboard.mjs';
import { handOver } from './lib/hand-over.mjs';
import { main } from './lib/main.mjs';
import { root } from './lib/paths.mjs';
import { rail } from './lib/rail.mjs';

await main(async () => {
  const lines = rail(process.stdout);
  const node = await bootstrap(lines);
  const dashboard = await buildDashboard(node, lines);
  if (dashboard.state === 'failed') {
    process.stderr.write(
      `${dashboard.output.trimEnd()}\nThe dashboard could not be built; the server starts without it.\n`,
    );
  }
  handOver(node, [join(root, 'packages', 'server', 'src', 'main.ts'), ...process.argv.slice(2)]);
});
