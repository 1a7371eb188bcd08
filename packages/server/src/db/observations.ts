import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** Changes wait for the one connection meanwhile: this many rows take about a millisecond. */
const TOGETHER = 100;

/**
 * Writes what was observed and not promised to anybody (last uses, usage, what is usual), some rows in a transaction.
 * Nobody waits for the disk: a process that dies loses nothing of it, and a machine that loses its power the last
 * seconds. The next change that is waited for takes to the disk what was written before it.
 */
export async function writeObservations<T>(
  db: Kysely<Database>,
  observations: readonly T[],
  write: (trx: Transaction<Database>, some: readonly T[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < observations.length; from += TOGETHER) {
    const some = observations.slice(from, from + TOGETHER);
    await db.connection().execute(async (connection) => {
      await sql`pragma synchronous=normal`.execute(connection);
      try {
        await connection.transaction().execute((trx) => write(trx, some));
      } finally {
        await sql`pragma synchronous=full`.execute(connection);
      }
    });
    await nextTurn();
  }
}
