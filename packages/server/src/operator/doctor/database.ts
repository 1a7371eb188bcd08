import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { migrations } from '../../db/migrations/index.ts';
import { databaseFacts, integrityProblem } from '../backup/inspect.ts';
import { type Check, note, ok, problem } from './check.ts';

const WAL_BYTES_MAX = 256_000_000;

/** Damage, migrations, and the size of what is not yet folded into the file. */
export function checkDatabase(file: string, db: DatabaseSync, nowText: string): Check {
  const name = 'database';
  const damage = integrityProblem(db, 'quick_check');
  if (damage) {
    return problem(
      name,
      `${file} is damaged (${damage})`,
      'Stop the server and restore the newest backup: instavmd restore FILE --force (what is there is kept).',
    );
  }
  const done = databaseFacts(db, nowText).migrations;
  const unknown = done.filter((migration) => !Object.hasOwn(migrations, migration));
  if (unknown.length > 0) {
    return problem(
      name,
      `it was written by a newer version (it holds ${unknown.join(', ')})`,
      'Start that version, or restore an older backup.',
    );
  }
  const pending = Object.keys(migrations).filter((migration) => !done.includes(migration));
  if (pending.length > 0) {
    return note(name, `no damage; the next start of the server brings it up to date (${pending.join(', ')})`);
  }
  const walBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  if (walBytes > WAL_BYTES_MAX) {
    return problem(
      name,
      `its write-ahead log has grown to ${megabytes(walBytes)}`,
      'Something holds the database open for reading. End that, or restart the server.',
    );
  }
  const size = statSync(file).size;
  return ok(name, `no damage, ${megabytes(size)} and ${megabytes(walBytes)} of write-ahead log`);
}
