import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { KeyAnomalies } from './anomalies/key-anomalies.ts';
import { loadOwners } from './auth/owner-store.ts';
import { Owners } from './auth/owners.ts';
import { type LivePeppers, peppersFrom } from './auth/pepper.ts';
import { knownVersions, pepperProblem, rememberVersions } from './auth/pepper-check.ts';
import { makePepperFile, PEPPER_FILE, readPepperFile } from './auth/pepper-file.ts';
import { PepperKeeper } from './auth/pepper-keeper.ts';
import { PEPPER_VARIABLE, type PepperSet, signInSecret } from './auth/pepper-set.ts';
import { Rewraps } from './auth/rewraps.ts';
import { DEFAULT_MAX_KEYS } from './config.ts';
import type { Rates } from './credits/cost.ts';
import { readRates, setRates } from './credits/rates.ts';
import { DATABASE_FILE, StartError } from './data-folder.ts';
import type { Actor } from './db/feed.ts';
import { migrate, NewerDatabaseError, pendingMigrations } from './db/migrate.ts';
import type { Database } from './db/schema.ts';
import { openDatabase, pageReader } from './db/sqlite.ts';
import { FeedFollower } from './feed/follower.ts';
import { handedOverScopes } from './keys/handed-over.ts';
import { KeyIndex } from './keys/key-index.ts';
import { KeyRing } from './keys/key-ring.ts';
import { LastUsed } from './keys/last-used.ts';
import { type OwnerKeys, ownerKeys } from './keys/owner-changes.ts';
import { TokenIndex } from './keys/token-index.ts';
import { isRestoreUnfinished } from './operator/backup/unfinished.ts';
import { FirstRun } from './people/first-run.ts';
import { type PasswordHasher, passwordHasher } from './people/password.ts';
import { People } from './people/people.ts';
import { withPolicies } from './short-lived/policy-owners.ts';
import { Accounts } from './team/accounts.ts';

/** Time and chance come from outside. */
export interface World {
  now(): number;
  /** A clock that nobody sets: milliseconds from some moment on, with fractions. */
  monotonicMs(): number;
  randomBytes(size: number): Uint8Array;
  randomUuid(): string;
}

/** What both the server and the operator's tool without one need: the database with keys and people. */
export interface Core {
  db: Kysely<Database>;
  index: KeyIndex;
  /** Tokens of machines. */
  tokens: TokenIndex;
  owners: Owners;
  peppers: LivePeppers;
  pepperKeeper: PepperKeeper;
  rewraps: Rewraps;
  /** What owners of keys have, which ends or moves with them. */
  ownerKeys: OwnerKeys;
  accounts: Accounts;
  /** What machines cost; the operator's alone to set. */
  rates: { read(): Promise<Rates>; set(actor: Actor, given: Partial<Rates>): Promise<Rates> };
  keys: KeyRing;
  /** Follows what other processes write. */
  feed: FeedFollower;
  lastUsed: LastUsed;
  /** What is open about each key. */
  anomalies: KeyAnomalies;
  people: People;
  firstRun: FirstRun;
  passwords: PasswordHasher;
  signInSecret: string;
  close(): Promise<void>;
}

export interface CoreOptions {
  /** The pepper of the environment; without one it is in the folder, and made there for a database without keys. */
  pepper?: PepperSet | null;
  /** Live keys an account may have where it has no bound of its own. */
  maxKeys?: number;
  /** A server uses the folder at the same time: its database is taken as it is. */
  isShared?: boolean;
}

/** Opens a data folder whose lock the caller holds, or which it shares with a server. Throws StartError. */
export async function openCore(
  dataDir: string,
  world: World,
  { pepper = null, maxKeys = DEFAULT_MAX_KEYS, isShared = false }: CoreOptions = {},
): Promise<Core> {
  if (isRestoreUnfinished(dataDir)) {
    throw new StartError(
      `A restore into ${dataDir} was cut off. Run it again: instavmd restore FILE --force. What was there before is kept in the folder.`,
    );
  }
  const file = join(dataDir, DATABASE_FILE);
  const db = await openMigrated(file, isShared);
  try {
    const set = await openPepper(dataDir, db, world, pepper);
    const peppers = peppersFrom(set.versions);
    const index = new KeyIndex();
    const tokens = new TokenIndex();
    const owners = new Owners();
    const lastUsed = new LastUsed();
    const anomalies = new KeyAnomalies(db);
    const readPages = pageReader(file);
    const keys = new KeyRing({
      ...{ db, readPages, index, tokens, owners, lastUsed, anomalies, peppers, maxKeys },
      ...world,
    });
    const feed = new FeedFollower({
      db,
      monotonicMs: () => performance.now(),
      async apply({ keyIds, accountIds }) {
        for (const id of accountIds) await loadOwners(db, owners, id);
        await keys.reload(keyIds);
        // Enabled by another process, a key is no longer told of what it was disabled for.
        for (const id of keyIds) if (anomalies.of(id).length > 0) await anomalies.reload(id);
      },
    });
    await feed.start();
    await loadOwners(db, owners);
    await keys.load();
    await anomalies.load();
    const rewraps = new Rewraps({ db, index, tokens, peppers });
    const owned = withPolicies(ownerKeys, handedOverScopes);
    const firstRun = new FirstRun();
    const passwords = passwordHasher();
    return {
      db,
      index,
      tokens,
      owners,
      peppers,
      pepperKeeper: new PepperKeeper({
        ...{ db, keys, peppers, rewraps, dataDir, set, ...world },
        source: pepper ? 'environment' : 'file',
      }),
      rewraps,
      ownerKeys: owned,
      rates: {
        read: () => readRates(db),
        set: (actor, given) => setRates({ db, now: world.now }, actor, given),
      },
      accounts: new Accounts({ db, owners, keys, ownerKeys: owned, now: world.now }),
      keys,
      feed,
      lastUsed,
      anomalies,
      people: new People({ db, owners, passwords, firstRun, now: world.now }),
      firstRun,
      passwords,
      signInSecret: signInSecret(set).toString('base64url'),
      close: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function openMigrated(file: string, isShared: boolean): Promise<Kysely<Database>> {
  let db: Kysely<Database> | undefined;
  try {
    db = openDatabase(file);
    if (!isShared) await migrate(db);
    else if ((await pendingMigrations(db)).length > 0) {
      throw new StartError(
        'The server that uses the folder is of another version and cannot be asked. Restart it first.',
      );
    }
    return db;
  } catch (error) {
    await db?.destroy();
    if (error instanceof StartError) throw error;
    if (error instanceof NewerDatabaseError) {
      throw new StartError(`${file}: ${error.message}. Start that version, or restore an older backup.`);
    }
    throw new StartError(`${file} cannot be opened: ${(error as Error).message}. Restore it from a backup.`);
  }
}

async function openPepper(
  dataDir: string,
  db: Kysely<Database>,
  world: World,
  given: PepperSet | null,
): Promise<PepperSet> {
  const set = given ?? (await pepperOfFolder(dataDir, db, world));
  const nowText = new Date(world.now()).toISOString();
  const problem = await pepperProblem(db, set, nowText);
  if (problem) {
    const place = given ? PEPPER_VARIABLE : join(dataDir, PEPPER_FILE);
    throw new StartError(
      `${place}: ${problem}. Without the right pepper no API key can be checked: put it back from a backup.`,
    );
  }
  await rememberVersions(db, set, nowText);
  return set;
}

async function pepperOfFolder(dataDir: string, db: Kysely<Database>, world: World): Promise<PepperSet> {
  let set: PepperSet | null;
  try {
    set = readPepperFile(dataDir);
  } catch (error) {
    throw new StartError((error as Error).message);
  }
  if (set) return set;
  if (await db.selectFrom('api_key').select('id').limit(1).executeTakeFirst()) {
    throw new StartError(
      `${join(dataDir, PEPPER_FILE)} is missing; without it no API key can be checked: restore it from a backup, or set ${PEPPER_VARIABLE} if it is kept there.`,
    );
  }
  // No key depends on what was there before.
  if ((await knownVersions(db)).length > 0) await db.deleteFrom('pepper_version').execute();
  return makePepperFile(dataDir, world.randomBytes);
}
