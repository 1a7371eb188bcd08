// npm run generate: writes openapi.json, endpoints.txt and the SDK's types anew from the contract.
import { BootstrapError, bootstrap, capture } from './lib/bootstrap.mjs';
import { generators } from './lib/generated.mjs';
import { main } from './lib/main.mjs';
import { rail } from './lib/rail.mjs';

await main(async () => {
  const node = await bootstrap(rail(process.stderr));
  for (const file of generators) {
    const { code, output } = await capture(node, [file, ...process.argv.slice(2)]);
    process.stdout.write(output);
    if (code !== 0) throw new BootstrapError(`${file} failed.`);
  }
});
