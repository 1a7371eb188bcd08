import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * One hash over names and contents of files, whatever their times: a checkout that changes nothing builds nothing.
 * @param {string} base names are taken relative to it
 * @param {string[]} entries files or folders; absent ones count as empty
 * @returns {string} 64 hexadecimal digits
 */
export function fingerprint(base, entries) {
  const hash = createHash('sha256');
  for (const file of entries.flatMap(filesUnder).sort()) {
    hash
      .update(`${relative(base, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Every file under a folder, without what is installed or built there. */
export function filesUnder(entry) {
  const stat = statSync(entry, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [entry];
  return readdirSync(entry)
    .filter((name) => name !== 'node_modules' && name !== 'dist' && !name.endsWith('.tmp'))
    .flatMap((name) => filesUnder(join(entry, name)));
}
