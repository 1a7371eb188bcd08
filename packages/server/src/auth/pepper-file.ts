import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type PepperSet, parsePepperFile, pepperFileText } from './pepper-set.ts';

export const PEPPER_FILE = 'pepper.json';

/** Reads the peppers of a data folder. null when it has none yet. Throws when the file is open to others or damaged. */
export function readPepperFile(dataDir: string): PepperSet | null {
  return readPepperFrom(join(dataDir, PEPPER_FILE));
}

/** The same from a file of any name. */
export function readPepperFrom(file: string): PepperSet | null {
  let text: string;
  try {
    const mode = statSync(file).mode & 0o077;
    if (mode !== 0) throw new Error(`${file} is open to other users; run: chmod 600 ${file}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return parsePepperFile(text);
  } catch {
    throw new Error(`${file} is damaged; without it no API key can be checked: restore it from a backup`);
  }
}

/** Makes the first pepper. */
export function makePepperFile(dataDir: string, randomBytes: (size: number) => Uint8Array): PepperSet {
  const set: PepperSet = { versions: new Map([[1, randomBytes(32)]]), signIn: null };
  writePepperFile(dataDir, set);
  return set;
}

/** On the disk, whole, when it returns, and so before it is used: keys made with a lost pepper are lost. */
export function writePepperFile(dataDir: string, set: PepperSet): void {
  const temporary = join(dataDir, `${PEPPER_FILE}.tmp`);
  // One that a killed process left may have other rights.
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(descriptor, pepperFileText(set));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, join(dataDir, PEPPER_FILE));
  syncFolder(dataDir);
}

/** Makes names that were made or changed in a folder outlive a power cut. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
