import { DatabaseSync } from 'node:sqlite';

/** What a database file says of itself, whichever version of the program wrote it. */
export interface DatabaseFacts {
  migrations: string[];
  people: number;
  /** Live keys by the version of the pepper that checks them. */
  liveKeys: Map<number, number>;
  /** Versions of the pepper by their fingerprints; empty in databases from before these were kept. */
  fingerprints: Map<number, string>;
}

/** Opens a database of its own for reading. Throws when it is none. */
export function openReadOnly(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec('PRAGMA busy_timeout=5000');
  return db;
}

export function databaseFacts(db: DatabaseSync, nowText: string): DatabaseFacts {
  const has = (table: string, column: string) =>
    db.prepare(`select 1 from pragma_table_info(?) where name = ?`).get(table, column) !== undefined;
  const ended = has('api_key', 'ended_at') ? 'ended_at' : 'revoked_at';
  const live = db
    .prepare(
      `select pepper_version as version, count(*) as n from api_key
       where ${ended} is null and (expires_at is null or expires_at > ?) group by 1 order by 1`,
    )
    .all(nowText) as { version: number; n: number }[];
  const fingerprints = has('pepper_version', 'fingerprint')
    ? (db.prepare('select version, fingerprint from pepper_version where retired_at is null').all() as {
        version: number;
        fingerprint: string;
      }[])
    : [];
  const migrations = db.prepare('select name from kysely_migration order by name').all() as {
    name: string;
  }[];
  const { n: people } = db.prepare('select count(*) as n from person').get() as { n: number };
  return {
    migrations: migrations.map(({ name }) => name),
    people,
    liveKeys: new Map(live.map(({ version, n }) => [version, n])),
    fingerprints: new Map(fingerprints.map(({ version, fingerprint }) => [version, fingerprint])),
  };
}

/** The first thing that SQLite finds wrong with a database; null when it finds nothing. */
export function integrityProblem(db: DatabaseSync, how: 'integrity_check' | 'quick_check'): string | null {
  try {
    const [first] = db.prepare(`PRAGMA ${how}(1)`).all() as Record<string, string>[];
    const text = first ? Object.values(first)[0]! : 'no answer';
    if (text !== 'ok') return text;
    const [orphan] = db.prepare('PRAGMA foreign_key_check').all() as { table: string; parent: string }[];
    return orphan ? `a row of ${orphan.table} names one of ${orphan.parent} that is not there` : null;
  } catch (error) {
    return (error as Error).message;
  }
}
