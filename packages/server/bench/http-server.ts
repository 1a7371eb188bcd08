// The real server with the fake driver and N keys; with `open` its credential check is replaced by a fixed answer.
// Prints JSON {port, key}, then serves until its standard input ends.
import { rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { buildApp } from '../src/app.ts';
import { authenticator } from '../src/auth/authenticate.ts';
import { openCore } from '../src/core.ts';
import { buildDeps } from '../src/deps.ts';
import { seedKeys, world } from './seed.ts';

const [count = '1', mode = 'checked'] = process.argv.slice(2);
const { dataDir, keys } = await seedKeys(Number(count));
const core = await openCore(dataDir, world);
const log = pino({ level: 'silent' });
const config = {
  host: '127.0.0.1',
  port: 0,
  tls: null,
  trustedProxies: [],
  dataDir,
  cacheDir: dataDir,
  vmDriver: 'fake' as const,
  publicUrl: null,
};
const deps = await buildDeps(config, core, world, log);
if (mode === 'open') {
  const answer = authenticator(core.index, core.peppers, Date.now)(keys[0]!, 'x-api-key');
  deps.authenticate = () => answer;
}
const app = await buildApp(deps, { origins: () => new Set(), trustedProxies: [] });
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(
  `${JSON.stringify({ port: (app.server.address() as AddressInfo).port, keys: keys.slice(0, 100) })}\n`,
);
process.stdin.resume().on('end', async () => {
  await app.close();
  await deps.engine.close();
  await core.close();
  rmSync(dataDir, { recursive: true });
  process.exit(0);
});
