import { openVmHost } from '@instavm/machines';
import type { Logger } from 'pino';
import { addressCheck, addressStep } from './auth/address-list.ts';
import { authenticator } from './auth/authenticate.ts';
import { authorizer, noLimit } from './auth/authorize.ts';
import { failedAttempts } from './auth/failed-attempts.ts';
import type { Config } from './config.ts';
import type { Core, World } from './core.ts';
import { Executions } from './executions/executions.ts';
import { Spool } from './files/spool.ts';
import { noteExposure } from './keys/exposure.ts';
import { findVisibleKey } from './keys/find-visible.ts';
import { seesResource } from './keys/sees-resource.ts';
import { personOfCookie } from './people/door.ts';
import { loadSignIn } from './people/load-sign-in.ts';
import { inSession } from './sessions/in-session.ts';
import { Machines } from './vms/machines.ts';
import { findSession } from './vms/store.ts';

/** Sign-in attempts a minute from one address, failed or not. */
const SIGN_IN_ATTEMPTS_PER_MINUTE = 10;

export type Deps = Awaited<ReturnType<typeof buildDeps>>;

/** Everything the routes use, built once. `baseUrl` is where people reach the dashboard. */
export async function buildDeps(config: Config, core: Core, world: World, log: Logger) {
  const { db, index, peppers } = core;
  const engine = await openVmHost({
    driver: config.vmDriver,
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    now: world.now,
    randomBytes: world.randomBytes,
    log,
  });
  const { host } = engine;
  const { hostId } = await host.hello();
  const machines = new Machines({ db, host, hostId, log, ...world });
  const find = findSession.bind(null, db);
  const spool = new Spool(config.dataDir, world.randomUuid);
  await spool.clear();
  const signIn = loadSignIn({
    db,
    secret: core.signInSecret,
    passwords: core.passwords,
    baseUrl: config.publicUrl ?? `http://${config.host}:${config.port}`,
    attemptsPerMinute: SIGN_IN_ATTEMPTS_PER_MINUTE,
    now: world.now,
  });
  const addressAllowed = addressCheck();
  return {
    ...core,
    ...world,
    log,
    maxKeys: config.maxKeys,
    addressAllowed,
    engine,
    host,
    machines,
    executions: new Executions({ db, host, ...world }),
    findSession: find,
    inSession: inSession({ findSession: find, now: world.now }),
    spool,
    signIn,
    authenticate: authenticator({
      ...{ index, peppers, now: world.now },
      onOldPepper: core.rewraps.note.bind(core.rewraps),
    }),
    failedAttempts: failedAttempts(world.now),
    confirmKeys: core.feed.confirm,
    noteFirstUse: core.keys.noteFirstUse.bind(core.keys),
    noteSentInClear: noteExposure({ ...core, now: world.now }, 'sent_in_clear'),
    noteSeenInUrl: noteExposure({ ...core, now: world.now }, 'seen_in_url'),
    findKey: findVisibleKey(db),
    seesResource: seesResource(db),
    authenticatePerson: personOfCookie({ signIn, db }),
    authorize: authorizer({ address: addressStep(addressAllowed), limit: noLimit }),
  };
}
