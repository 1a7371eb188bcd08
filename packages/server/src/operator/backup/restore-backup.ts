import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PEPPER_FILE, readPepperFile, readPepperFrom } from '../../auth/pepper-file.ts';
import {
  PEPPER_VARIABLE,
  type PepperSet,
  parsePepperFile,
  pepperFileText,
  pepperFingerprint,
} from '../../auth/pepper-set.ts';
import type { World } from '../../core.ts';
import { ensureDataFolder } from '../../data-folder.ts';
import { lockFolder } from '../../db/folder-lock.ts';
import { migrations } from '../../db/migrations/index.ts';
import { OperatorError } from '../operator-error.ts';
import { endedIn } from './ended-since.ts';
import { finishRestored, type RestoredFacts } from './finish-restored.ts';
import { type BackupHeader, backupHeader, DATABASE, FORMAT_VERSION, HEADER, PEPPER } from './header.ts';
import { integrityProblem, openReadOnly } from './inspect.ts';
import { readArchive } from './read-archive.ts';
import { markRestore, unmarkRestore } from './unfinished.ts';

export interface RestoreOptions {
  file: string;
  dataDir: string;
  uid: number;
  world: World;
  /** The pepper of the environment: then none is read from the backup or written. */
  pepper: PepperSet | null;
  /** Holds the pepper in the form of `pepper.json`. */
  pepperFile: string | null;
  /** Data that is there is moved aside. */
  force: boolean;
}

export interface Restored extends RestoredFacts {
  header: BackupHeader;
  /** Where the pepper came from. */
  pepper: 'backup' | 'environment' | 'file' | 'data folder';
  /** Names in the data folder under which what was there before is kept. */
  movedAside: string[];
}

/**
 * Puts a backup in place. Everything is checked on a copy inside the folder before anything that is there is
 * touched; what is there is never deleted. Throws OperatorError or StartError.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { dataDir, uid, force } = options;
  const file = resolve(options.file);
  if (!existsSync(file)) throw new OperatorError(`There is no file ${file}.`);
  ensureDataFolder(dataDir, uid);
  const lock = lockFolder(dataDir);
  if (!lock) throw new OperatorError(`A server uses ${dataDir}. Stop it, restore, and start it again.`);
  removeLeftovers(dataDir);
  const folder = mkdtempSync(join(dataDir, 'restoring-'));
  try {
    const isUsed = [DATABASE, PEPPER_FILE].some((name) => existsSync(join(dataDir, name)));
    if (isUsed && !force) {
      throw new OperatorError(
        `${dataDir} holds data already. Give another folder with --data-dir, or --force to move them aside and restore.`,
      );
    }
    const { header, pepper } = unpack(file, folder);
    const chosen = choosePepper(options, header, pepper);
    // Not in the folder when the environment has it: the server would not read it.
    if (chosen.from !== 'environment') {
      writeFileSync(join(folder, PEPPER_FILE), pepperFileText(chosen.set), { mode: 0o600 });
    }
    const ended = endedIn(join(dataDir, DATABASE));
    foldIn(join(dataDir, DATABASE));
    const facts = await finishRestored(folder, options, ended, header.created_at);
    return { header, pepper: chosen.from, ...facts, movedAside: swap(folder, dataDir, options) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    lock.release();
  }
}

/** Copies of a restore that was killed. Nobody else works on them: the lock is held. */
function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (/^restoring-\w{6}$/.test(name)) rmSync(join(dataDir, name), { recursive: true });
  }
}

/** Database and pepper out of the backup into the folder and memory. Throws OperatorError. */
function unpack(file: string, folder: string): { header: BackupHeader; pepper: PepperSet | null } {
  const members = readArchive(file, [
    { name: HEADER, target: { memoryBytesMax: 1_000_000 } },
    { name: DATABASE, target: { file: join(folder, DATABASE) } },
    { name: PEPPER, target: { memoryBytesMax: 1_000_000 }, isOptional: true },
  ]);
  const header = readHeader(file, members.get(HEADER)!.toString());
  const db = openReadOnly(join(folder, DATABASE));
  const problem = integrityProblem(db, 'integrity_check');
  db.close();
  if (problem)
    throw new OperatorError(`The database in ${file} is damaged (${problem}); use another backup.`);
  const pepper = members.get(PEPPER);
  return { header, pepper: pepper ? parsePepperFile(pepper.toString()) : null };
}

function readHeader(file: string, text: string): BackupHeader {
  let json: { format?: unknown };
  try {
    json = JSON.parse(text);
  } catch {
    throw new OperatorError(`${file} is no backup of InstaVM.`);
  }
  if (typeof json?.format === 'number' && json.format > FORMAT_VERSION) {
    throw new OperatorError(
      `${file} was made by a newer version (format ${json.format}, this one knows ${FORMAT_VERSION}). Restore it with that version.`,
    );
  }
  const header = backupHeader.safeParse(json);
  if (!header.success) throw new OperatorError(`${file} is no backup of InstaVM.`);
  const unknown = header.data.migrations.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new OperatorError(
      `${file} was made by a newer version (its database holds ${unknown.join(', ')}). Restore it with that version.`,
    );
  }
  return header.data;
}

type ChosenPepper = { set: PepperSet; from: Restored['pepper'] };

function choosePepper(
  { pepper: given, pepperFile, dataDir }: RestoreOptions,
  header: BackupHeader,
  included: PepperSet | null,
): ChosenPepper {
  const chosen = ((): ChosenPepper => {
    if (given) return { set: given, from: 'environment' };
    try {
      if (pepperFile !== null) {
        const set = readPepperFrom(pepperFile);
        if (!set) throw new Error(`There is no file ${pepperFile}.`);
        return { set, from: 'file' };
      }
      if (included) return { set: included, from: 'backup' };
      const here = readPepperFile(dataDir);
      if (here) return { set: here, from: 'data folder' };
    } catch (error) {
      throw new OperatorError((error as Error).message);
    }
    throw new OperatorError(
      `This backup was made --without-pepper, and API keys can be checked only with the pepper that they were made with. Give it with --pepper-file FILE or in ${PEPPER_VARIABLE}.`,
    );
  })();
  for (const [name, { fingerprint, live_keys: keys }] of Object.entries(header.pepper.versions)) {
    const secret = chosen.set.versions.get(Number(name));
    if (secret ? pepperFingerprint(secret) === fingerprint : keys === 0) continue;
    const where = {
      environment: PEPPER_VARIABLE,
      file: pepperFile,
      backup: 'the backup',
      'data folder': dataDir,
    };
    throw new OperatorError(
      `The pepper of ${where[chosen.from]} is not the one of this backup: version ${name} ${secret ? `has the fingerprint ${pepperFingerprint(secret)}` : 'is missing'}, and ${keys} API keys need ${fingerprint}.`,
    );
  }
  return chosen;
}

/** Takes what a killed server left beside its database into it, so that it can be moved as one file. */
function foldIn(file: string): void {
  if (!existsSync(file)) return;
  try {
    const db = new DatabaseSync(file);
    db.exec('PRAGMA busy_timeout=0; PRAGMA wal_checkpoint(TRUNCATE);');
    db.close();
  } catch {
    // A damaged database is why somebody restores. It is moved aside as it is, with what lies beside it.
  }
}

/** Moves what is there aside and what was restored in. Killed in between, the folder is marked and does not start. */
function swap(folder: string, dataDir: string, { world }: RestoreOptions): string[] {
  const restored = [DATABASE, PEPPER_FILE].filter((name) => existsSync(join(folder, name)));
  for (const name of restored) {
    chmodSync(join(folder, name), 0o600);
    const descriptor = openSync(join(folder, name), 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
  const suffix = freeSuffix(dataDir, new Date(world.now()).toISOString().replaceAll(':', '-'));
  markRestore(dataDir);
  const movedAside: string[] = [];
  const beside = restored.includes(DATABASE) ? [`${DATABASE}-wal`, `${DATABASE}-shm`] : [];
  for (const name of [...beside, ...restored]) {
    if (!existsSync(join(dataDir, name))) continue;
    // SQLite looks for `-wal` behind the name of the database.
    const aside = name.replace(/^([^-]+)/, `$1${suffix}`);
    chmodSync(join(dataDir, name), 0o600);
    renameSync(join(dataDir, name), join(dataDir, aside));
    movedAside.push(aside);
  }
  for (const name of restored) renameSync(join(folder, name), join(dataDir, name));
  unmarkRestore(dataDir);
  return movedAside;
}

function freeSuffix(dataDir: string, time: string): string {
  for (let n = 1; ; n++) {
    const suffix = `.before-restore-${time}${n === 1 ? '' : `-${n}`}`;
    if (!statSync(join(dataDir, `${DATABASE}${suffix}`), { throwIfNoEntry: false })) return suffix;
  }
}
