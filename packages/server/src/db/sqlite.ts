import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Database } from './schema.ts';

/**
 * Opens the database file so that an acknowledged commit is on the disk (`synchronous=FULL`) and readers
 * never wait for the writer (WAL).
 */
export function openDatabase(file: string): Kysely<Database> {
  const sqlite = new DatabaseSync(file);
  sqlite.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;',
  );
  return new Kysely<Database>({ dialect: new SqliteDialect({ database: forKysely(sqlite) }) });
}

/** Kysely's SQLite dialect speaks better-sqlite3's interface; this gives it Node's own SQLite. */
function forKysely(sqlite: DatabaseSync) {
  const statements = new Map<string, ReturnType<typeof statementForKysely>>();
  return {
    close: () => sqlite.close(),
    prepare(sql: string) {
      const known = statements.get(sql);
      if (known) return known;
      const prepared = statementForKysely(sqlite.prepare(sql));
      if (statements.size < 500) statements.set(sql, prepared);
      return prepared;
    },
  };
}

function statementForKysely(statement: StatementSync) {
  return {
    reader: statement.columns().length > 0,
    all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
    iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
    run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
  };
}
