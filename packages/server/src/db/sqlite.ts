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

/** Reads many rows, as arrays, a page at a time. `select` has no `where`, and its first column is `id`. */
export type PageReader = (select: string) => Iterable<unknown[][]>;

/** Few enough that the garbage collector finds a page dead and copies none of it. */
const PAGE_ROWS = 500;

/**
 * Reads whole tables past Kysely, on a connection of its own: a third of the time, which is seconds of the start
 * where there are a million keys.
 */
export function pageReader(file: string): PageReader {
  return function* (select) {
    const sqlite = new DatabaseSync(file, { readOnly: true });
    try {
      const statement = sqlite.prepare(`${select} where id > ? order by id limit ${PAGE_ROWS}`);
      statement.setReturnArrays(true);
      let after = 0;
      for (;;) {
        const page = statement.all(after) as unknown as unknown[][];
        yield page;
        if (page.length < PAGE_ROWS) return;
        after = page.at(-1)![0] as number;
      }
    } finally {
      sqlite.close();
    }
  };
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
      // A pragma takes effect when it is prepared, and a kept one would have none.
      if (statements.size < 500 && !sql.startsWith('pragma')) statements.set(sql, prepared);
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
