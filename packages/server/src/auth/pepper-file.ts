import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILE = 'pepper.json';

/** Reads the peppers of a data folder. null when it has none yet. Throws when the file is open to others or damaged. */
export function readPepperFile(dataDir: string): Map<number, Uint8Array> | null {
  const file = join(dataDir, FILE);
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
    const entries = Object.entries((JSON.parse(text) as { versions: Record<string, string> }).versions);
    const versions = new Map(entries.map(([version, secret]) => [Number(version), decode(secret)]));
    if (versions.size > 0) return versions;
  } catch {
    // told below
  }
  throw new Error(`${file} is damaged; without it no API key can be checked: restore it from a backup`);
}

/** Makes the first pepper, on the disk before it is used: keys made with a lost pepper are lost. */
export function makePepperFile(
  dataDir: string,
  randomBytes: (size: number) => Uint8Array,
): Map<number, Uint8Array> {
  const secret = randomBytes(32);
  const temporary = join(dataDir, `${FILE}.tmp`);
  const descriptor = openSync(temporary, 'w', 0o600);
  writeSync(descriptor, `${JSON.stringify({ versions: { 1: Buffer.from(secret).toString('base64') } })}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(temporary, join(dataDir, FILE));
  const folder = openSync(dirname(join(dataDir, FILE)), 'r');
  fsyncSync(folder);
  closeSync(folder);
  return new Map([[1, secret]]);
}

function decode(secret: string): Uint8Array {
  const bytes = Buffer.from(secret, 'base64');
  if (bytes.length < 32) throw new Error('short');
  return bytes;
}
