import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { PEPPER_FILE, readPepperFile, syncFolder } from '../../auth/pepper-file.ts';
import { PEPPER_VARIABLE, type PepperSet, pepperFileText, pepperFingerprint } from '../../auth/pepper-set.ts';
import { OperatorError } from '../operator-error.ts';
import { type BackupHeader, DATABASE, FORMAT_VERSION, HEADER, PEPPER } from './header.ts';
import { databaseFacts, openReadOnly } from './inspect.ts';
import { writeArchive } from './write-archive.ts';

export interface BackupOptions {
  dataDir: string;
  file: string;
  /** The pepper of the environment; null: it is in the data folder. */
  pepper: PepperSet | null;
  withPepper: boolean;
  /** Replaces a file that is there. */
  force: boolean;
  nowMs: number;
}

export interface MadeBackup {
  file: string;
  bytes: number;
  header: BackupHeader;
}

/**
 * Writes database and pepper into one file, whether or not a server uses the folder meanwhile. The database is
 * read in one transaction, so the copy is of one moment. The file appears whole or not at all. Throws OperatorError.
 */
export function makeBackup(options: BackupOptions): MadeBackup {
  const file = resolve(options.file);
  const source = join(options.dataDir, DATABASE);
  if (!existsSync(source)) throw new OperatorError(`There is no database in ${options.dataDir}.`);
  checkPlace(file, options.force);
  // Beside the file, so that it can be put in its place in one step, and in a folder closed to others.
  const folder = mkdtempSync(join(dirname(file), `.${basename(file)}-`));
  try {
    const before = readPepper(options);
    const copy = join(folder, DATABASE);
    copyDatabase(source, copy);
    // What is made or retired while the copy is made may be needed by it or not: it gets all of them.
    const pepper = options.withPepper ? union(before, readPepper(options)) : null;
    const header = headerOf(copy, pepper, options);
    const whole = join(folder, 'backup');
    writeArchive(
      whole,
      [
        { name: HEADER, content: Buffer.from(`${JSON.stringify(header, null, 2)}\n`) },
        { name: DATABASE, content: { file: copy } },
        ...(pepper ? [{ name: PEPPER, content: Buffer.from(pepperFileText(pepper)) }] : []),
      ],
      options.nowMs,
    );
    putInPlace(whole, file, options.force);
    syncFolder(dirname(file));
    return { file, bytes: statSync(file).size, header };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkPlace(file: string, force: boolean): void {
  const folder = statSync(dirname(file), { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw new OperatorError(`${dirname(file)} is no folder; make it first.`);
  const there = lstatSync(file, { throwIfNoEntry: false });
  if (!there) return;
  if (there.isSymbolicLink())
    throw new OperatorError(`${file} is a link; name the file itself, so that no other one is overwritten.`);
  if (!there.isFile()) throw new OperatorError(`${file} is no file; give another name.`);
  if (!force) throw new OperatorError(`${file} exists; give another name, or --force to replace it.`);
}

/** A copy of one moment, without pages that were freed: nothing that was deleted is in it. */
function copyDatabase(source: string, copy: string): void {
  const db = new DatabaseSync(source);
  try {
    db.exec('PRAGMA busy_timeout=5000');
    db.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    throw new OperatorError(
      `${source} cannot be copied (${(error as Error).message}). Look at it with: instavmd doctor.`,
    );
  } finally {
    db.close();
  }
}

function readPepper({ dataDir, pepper, withPepper }: BackupOptions): PepperSet | null {
  if (!withPepper || pepper) return pepper;
  try {
    const set = readPepperFile(dataDir);
    if (set) return set;
  } catch (error) {
    throw new OperatorError((error as Error).message);
  }
  throw new OperatorError(
    `There is no ${join(dataDir, PEPPER_FILE)}. If the server gets its pepper from ${PEPPER_VARIABLE}, set the same here, or give --without-pepper.`,
  );
}

function union(before: PepperSet | null, after: PepperSet | null): PepperSet | null {
  if (!before || !after) return after;
  return {
    versions: new Map([...before.versions, ...after.versions]),
    signIn: after.signIn ?? before.signIn,
  };
}

function headerOf(copy: string, pepper: PepperSet | null, options: BackupOptions): BackupHeader {
  const createdAt = new Date(options.nowMs).toISOString();
  const db = openReadOnly(copy);
  const facts = databaseFacts(db, createdAt);
  db.close();
  const fingerprints = new Map(facts.fingerprints);
  for (const [version, secret] of pepper?.versions ?? []) {
    const fingerprint = pepperFingerprint(secret);
    if ((fingerprints.get(version) ?? fingerprint) !== fingerprint) {
      throw new OperatorError(
        `Version ${version} of the pepper is not the one that this database's keys were made with; a backup with it would be worth nothing.`,
      );
    }
    fingerprints.set(version, fingerprint);
  }
  const live = [...facts.liveKeys.values()].reduce((sum, n) => sum + n, 0);
  return {
    product: 'instavm',
    format: FORMAT_VERSION,
    created_at: createdAt,
    migrations: facts.migrations,
    pepper: {
      included: pepper !== null,
      versions: Object.fromEntries(
        [...fingerprints].map(([version, fingerprint]) => [
          version,
          { fingerprint, live_keys: facts.liveKeys.get(version) ?? 0 },
        ]),
      ),
    },
    counts: { people: facts.people, live_keys: live },
  };
}

function putInPlace(whole: string, file: string, force: boolean): void {
  if (force) {
    renameSync(whole, file);
    return;
  }
  try {
    // Unlike a rename it fails when something has taken the name meanwhile.
    linkSync(whole, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new OperatorError(`${file} exists; give another name, or --force to replace it.`);
    // A file system without hard links: the name is taken first, which fails in the same way.
    closeSync(openSync(file, 'wx', 0o600));
    renameSync(whole, file);
  }
}
