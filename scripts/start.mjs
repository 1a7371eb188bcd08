// npm start: installs what is missing, builds the dashboard when it changed, then becomes the server.
import { bootstrap } from './lib/bootstrap.mjs';
import { buildDashboard } from './lib/dashboard.mjs';
import { handOver } from './lib/hand-over.mjs';
import { main } from './lib/main.mjs';
import { rail } from './lib/rail.mjs';
import { serverCommand } from './lib/server-command.mjs';

await main(async () => {
  const lines = rail(process.stdout);
  const node = await bootstrap(lines);
  const dashboard = await buildDashboard(node, lines);
  if (dashboard.state === 'failed') {
    process.stderr.write(
      `${dashboard.output.trimEnd()}\nThe dashboard could not be built; the server starts without it.\n`,
    );
  }
  handOver(node, [...serverCommand, ...process.argv.slice(2)]);
});
