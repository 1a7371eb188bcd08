import { Worker } from 'node:worker_threads';
import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/** About 130 MB of write-ahead log: a committer checkpoints by itself only when the worker has fallen behind so far. */
const PAGES_UNTIL_COMMITTER_HELPS = 32_000;

/**
 * Moves pages from the write-ahead log into the database in a thread of its own. A commit that does it by itself, as
 * SQLite has it every thousand pages, takes ten milliseconds longer and with it every request that waits.
 */
export async function startCheckpoints(
  db: Kysely<Database>,
  file: string,
  onError: (error: unknown) => void,
): Promise<{ stop(): Promise<void> }> {
  const helps = (pages: number) => sql.raw(`PRAGMA wal_autocheckpoint = ${pages}`).execute(db);
  await helps(PAGES_UNTIL_COMMITTER_HELPS);
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
    workerData: { file },
    // Nearly nothing runs in it.
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  let isStopping = false;
  worker.on('error', (error) => {
    onError(error);
    if (!isStopping) void helps(1000).catch(onError);
  });
  worker.unref();
  return {
    async stop() {
      isStopping = true;
      await worker.terminate();
    },
  };
}
