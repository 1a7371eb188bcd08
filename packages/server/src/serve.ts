import type { Server as HttpsServer } from 'node:https';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { buildApp } from './app.ts';
import type { PepperSet } from './auth/pepper-set.ts';
import { startChores } from './chores.ts';
import type { Config } from './config.ts';
import { openCore, type World } from './core.ts';
import { DATABASE_FILE, ensureDataFolder, StartError } from './data-folder.ts';
import { startCheckpoints } from './db/checkpoints.ts';
import { lockFolder } from './db/folder-lock.ts';
import { buildDeps, type Deps } from './deps.ts';
import { failInterrupted } from './executions/store.ts';
import { isBehindUntoldProxy, listen, ownOrigins, ownUrl } from './listen.ts';
import { operatorCommands } from './operator/commands.ts';
import { serveControl } from './operator/control-socket.ts';
import { someoneExists } from './people/store.ts';
import { readiness } from './system/routes/health.ts';
import { replacePair } from './tls/listener.ts';
import { followFiles, openPair } from './tls/open-pair.ts';

export interface Server {
  /** Where people and programs reach it. */
  url: string;
  port: number;
  /** Token of the first-run link; null when somebody exists. */
  firstRunToken: string | null;
  deps: Deps;
  /** Settles when the machine engine is ready or has been given up. */
  engineDone: Promise<void>;
  /** Drains, and leaves machines running. */
  close(): Promise<void>;
}

/**
 * Opens the data folder, takes over what runs, listens, and prepares the engine behind it. `pepper` is that of the
 * environment. Throws StartError.
 */
export async function serve(
  config: Config,
  world: World,
  log: Logger,
  uid: number,
  pid: number,
  pepper: PepperSet | null = null,
): Promise<Server> {
  ensureDataFolder(config.dataDir, uid);
  const lock = lockFolder(config.dataDir);
  if (!lock)
    throw new StartError(
      `Another instavmd uses ${config.dataDir}; stop it, or give another folder with --data-dir.`,
    );
  const undo: (() => unknown)[] = [() => lock.release()];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const tls = openPair(config.tls, { now: world.now, log });
    const core = await openCore(config.dataDir, world, { pepper, maxKeys: config.maxKeys });
    undo.push(() => core.close());
    const checkpoints = await startCheckpoints(core.db, join(config.dataDir, DATABASE_FILE), (error) =>
      log.error({ err: error }, 'the checkpoints of the database have stopped; commits make them'),
    );
    undo.push(() => checkpoints.stop());
    const deps = await buildDeps(config, core, world, log);
    undo.push(() => deps.engine.close());
    undo.push(() => deps.mail?.transport.close());
    // After the last answer.
    undo.push(() => deps.refusals.flush(core.db, world.now()));
    undo.push(() => deps.uses.flush(core.db));
    await failInterrupted(core.db, new Date(world.now()).toISOString());

    let origins: ReadonlySet<string> = new Set();
    const app = await buildApp(deps, {
      origins: () => origins,
      trustedProxies: config.trustedProxies,
      tls: tls?.pair ?? null,
    });
    undo.push(() => app.close());
    const firstRunToken = (await someoneExists(core.db)) ? null : core.firstRun.open(world.randomBytes);
    const port = await listen(app, config);
    if (isBehindUntoldProxy(config)) {
      log.warn(
        { public_url: config.publicUrl },
        'the proxy in front is not trusted, so all its callers count as this machine; set INSTAVM_TRUSTED_PROXIES',
      );
    }
    const url = config.publicUrl ?? ownUrl(config, port, tls?.hosts ?? []);
    origins = ownOrigins(url, port, tls?.hosts ?? null);
    deps.dashboard.url = url;
    if (tls) {
      const stop = followFiles(tls, () => {
        replacePair(app.server as unknown as HttpsServer, tls.pair);
        origins = ownOrigins(url, port, tls.hosts);
      });
      undo.push(stop);
    }

    const live = async () => ({
      running: true,
      data_dir: config.dataDir,
      address: url,
      pid,
      readiness: await readiness(deps),
      clock_ahead_ms: world.now() - Date.now(),
    });
    const commands = operatorCommands({ core, world, live, endMachines: deps.endMachinesOf });
    const control = await serveControl(config.dataDir, commands, log);
    undo.push(() => control.close());

    // Behind the first answers, so that the first person does not wait for it.
    deps.signIn().catch((error: unknown) => log.error({ err: error }, 'sign-in cannot be loaded'));
    const chores = await startChores(deps);
    undo.push(() => chores.stop());
    return { url, port, firstRunToken, deps, engineDone: deps.engine.prepare(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
