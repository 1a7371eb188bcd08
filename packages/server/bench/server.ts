// The real server with the fake driver on a data folder. Arguments: the folder, a file with its keys as JSON, a mode.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildApp } from '../src/app.ts';
import { authenticator } from '../src/auth/authenticate.ts';
import { startChores } from '../src/chores.ts';
import { parseConfig } from '../src/config.ts';
import { openCore } from '../src/core.ts';
import { DATABASE_FILE } from '../src/data-folder.ts';
import { startCheckpoints } from '../src/db/checkpoints.ts';
import { buildDeps } from '../src/deps.ts';
import { introspectKey } from '../src/keys/routes/introspect-key.ts';
import { readOnlyPace } from '../src/limits/key-limits.ts';
import { percentiles, serveRounds } from './rounds.ts';
import { type Seeded, world } from './seed.ts';

/** `open`: a fixed answer instead of the check of a key; `bare`: and nothing is counted of a request. */
type Mode = 'checked' | 'open' | 'bare' | 'limited' | 'exhausted';

/** `limited`: by limits that are never reached, of key, environment and account; `exhausted`: by one that is. */
const RATE_LIMITS: Partial<Record<Mode, string>> = {
  limited: '9999999/1s,burst=50000',
  exhausted: '1/86400s,burst=1',
};

const [dataDir, keysFile, mode] = process.argv.slice(2) as [string, string, Mode];
const { keys, ids } = JSON.parse(readFileSync(keysFile, 'utf8')) as Seeded;
const parsed = parseConfig(['--port', '0', '--data-dir', dataDir], {
  INSTAVM_VM_DRIVER: 'fake',
  INSTAVM_MAX_KEYS: '1000000',
  INSTAVM_RATE_LIMIT: RATE_LIMITS[mode],
});
if (!parsed.ok) throw new Error(parsed.problems.join(' '));
const config = parsed.value;
const core = await openCore(dataDir, world, { maxKeys: config.maxKeys });
const checkpoints = await startCheckpoints(core.db, join(dataDir, DATABASE_FILE), (error) => {
  throw error;
});
const deps = await buildDeps(config, core, world, pino({ level: 'silent' }));
if (mode === 'open' || mode === 'bare') {
  const answer = authenticator({ ...core, now: Date.now })(keys[0]!, 'x-api-key');
  deps.authenticate = () => answer;
}
if (mode === 'bare') deps.servedObservers.length = 0;
if (mode === 'limited') {
  const account = core.owners.account(1);
  const rateLimit = readOnlyPace(RATE_LIMITS.limited!);
  account.settings = { ...account.settings, rateLimit, concurrentRequests: 100_000 };
}
const app = await buildApp(deps, { ...config, origins: () => new Set(), tls: null });
await app.listen({ host: '127.0.0.1', port: 0 });

const chores = await startChores(deps);

serveRounds(
  {
    /** The whole way of a request but the socket. */
    async introspect({ calls }: { calls: number }) {
      const times = new Float64Array(calls);
      for (let i = 0; i < calls; i++) {
        const started = performance.now();
        const { statusCode, body } = await app.inject({
          method: 'POST',
          url: '/v1/api-keys/introspect',
          headers: { 'x-api-key': keys[0]!, 'content-type': 'application/json' },
          payload: JSON.stringify({ key: keys[i % keys.length] }),
        });
        times[i] = performance.now() - started;
        if (statusCode !== 200) throw new Error(`introspection answered ${statusCode}: ${body}`);
      }
      return percentiles(times);
    },
    /** The handler alone: what a call of it costs in this process. */
    async introspectHandler({ calls }: { calls: number }) {
      const { handle } = introspectKey(deps);
      const result = deps.authenticate(keys[0]!, 'x-api-key');
      if (!result.ok) throw new Error(result.code);
      const context = { principal: result.principal } as Parameters<typeof handle>[0];
      const times = new Float64Array(calls);
      for (let i = 0; i < calls; i++) {
        const started = performance.now();
        await handle(context, { body: { key: keys[i % keys.length]! } } as never);
        times[i] = performance.now() - started;
      }
      return percentiles(times);
    },
  },
  async () => {
    await chores.stop();
    await app.close();
    await deps.engine.close();
    await checkpoints.stop();
    await core.close();
  },
);
process.send!({ port: (app.server.address() as AddressInfo).port, keys, ids });
