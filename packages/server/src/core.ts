import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { type Peppers, peppersFrom } from './auth/pepper.ts';
import { makePepperFile, readPepperFile } from './auth/pepper-file.ts';
import { StartError } from './data-folder.ts';
import { migrate, NewerDatabaseError } from './db/migrate.ts';
import type { Database } from './db/schema.ts';
import { openDatabase } from './db/sqlite.ts';
import { KeyIndex } from './keys/key-index.ts';
import { KeyRing } from './keys/key-ring.ts';
import { LastUsed } from './keys/last-used.ts';
import { FirstRun } from './people/first-run.ts';
import { type PasswordHasher, passwordHasher } from './people/password.ts';
import { People } from './people/people.ts';

/** Time and chance come from outside. */
export interface World {
  now(): number;
  randomBytes(size: number): Uint8Array;
  randomUuid(): string;
}

/** What both the server and the operator's tool without one need: the database with keys and people. */
export interface Core {
  db: Kysely<Database>;
  index: KeyIndex;
  peppers: Peppers;
  keys: KeyRing;
  lastUsed: LastUsed;
  people: People;
  firstRun: FirstRun;
  passwords: PasswordHasher;
  signInSecret: string;
  close(): Promise<void>;
}

/** Opens a data folder whose lock the caller holds. Throws StartError. */
export async function openCore(dataDir: string, world: World): Promise<Core> {
  const db = await openMigrated(join(dataDir, 'instavm.db'));
  try {
    const versions = await openPeppers(dataDir, db, world);
    const peppers = peppersFrom(versions);
    const index = new KeyIndex();
    const lastUsed = new LastUsed();
    const keys = new KeyRing({ db, index, lastUsed, peppers, ...world });
    await keys.load();
    const firstRun = new FirstRun();
    const passwords = passwordHasher();
    const oldest = versions.get(Math.min(...versions.keys()))!;
    return {
      db,
      index,
      peppers,
      keys,
      lastUsed,
      people: new People({ db, passwords, firstRun, now: world.now }),
      firstRun,
      passwords,
      signInSecret: Buffer.from(hkdfSync('sha256', oldest, '', 'sessions of people', 32)).toString(
        'base64url',
      ),
      close: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function openMigrated(file: string): Promise<Kysely<Database>> {
  let db: Kysely<Database> | undefined;
  try {
    db = openDatabase(file);
    await migrate(db);
    return db;
  } catch (error) {
    await db?.destroy();
    if (error instanceof NewerDatabaseError) {
      throw new StartError(`${file}: ${error.message}. Start that version, or restore an older backup.`);
    }
    throw new StartError(`${file} cannot be opened: ${(error as Error).message}. Restore it from a backup.`);
  }
}

async function openPeppers(
  dataDir: string,
  db: Kysely<Database>,
  world: World,
): Promise<Map<number, Uint8Array>> {
  let versions: Map<number, Uint8Array> | null;
  try {
    versions = readPepperFile(dataDir);
  } catch (error) {
    throw new StartError((error as Error).message);
  }
  if (versions) return versions;
  if (await db.selectFrom('api_key').select('id').limit(1).executeTakeFirst()) {
    throw new StartError(
      `${join(dataDir, 'pepper.json')} is missing; without it no API key can be checked: restore it from a backup.`,
    );
  }
  return makePepperFile(dataDir, world.randomBytes);
}
