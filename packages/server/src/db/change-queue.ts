import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { CompiledQuery } from 'kysely';
import type { Database } from './schema.ts';

type Work = (trx: Transaction<Database>) => Promise<unknown>;

interface Waiting {
  work: Work;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Others that read wait for the one connection as long as a batch takes: this many are some milliseconds. */
const TOGETHER_MAX = 64;

const BEGIN = CompiledQuery.raw('savepoint one_change');
const KEEP = CompiledQuery.raw('release savepoint one_change');
const UNDO = CompiledQuery.raw('rollback to savepoint one_change');

/**
 * Changes that wait at the same moment run in one transaction, in their order, and share its one wait for the disk.
 * Each is in a savepoint of its own, so a failing one takes back itself alone, and each is answered after the commit.
 */
export class ChangeQueue {
  readonly #db: Kysely<Database>;
  readonly #takeTurn: Work;
  #waiting: Waiting[] = [];
  #isRunning = false;
  /** `takeTurn` is the first thing in every transaction. */
  constructor(db: Kysely<Database>, takeTurn: Work) {
    this.#db = db;
    this.#takeTurn = takeTurn;
  }

  run<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Waiting['resolve'], reject });
      if (!this.#isRunning) void this.#runAll();
    });
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // What has arrived on other connections by now becomes a part of this batch.
      await nextTurn();
      const batch = this.#waiting.splice(0, TOGETHER_MAX);
      const answers = await this.#commit(batch).catch((error: unknown) =>
        batch.map(
          ({ reject }) =>
            () =>
              reject(error),
        ),
      );
      for (const answer of answers) answer();
    }
    this.#isRunning = false;
  }

  /** @returns what answers each of them. Throws when nothing of it was committed. */
  #commit(batch: Waiting[]): Promise<(() => void)[]> {
    return this.#db.transaction().execute(async (trx) => {
      await this.#takeTurn(trx);
      if (batch.length === 1) return [await alone(batch[0]!, trx)];
      const answers = [];
      for (const one of batch) answers.push(await withinSavepoint(one, trx));
      return answers;
    });
  }
}

/** Its failure is the transaction's, which is taken back whole. */
async function alone({ work, resolve }: Waiting, trx: Transaction<Database>): Promise<() => void> {
  const value = await work(trx);
  return () => resolve(value);
}

async function withinSavepoint(
  { work, resolve, reject }: Waiting,
  trx: Transaction<Database>,
): Promise<() => void> {
  await trx.executeQuery(BEGIN);
  try {
    const value = await work(trx);
    await trx.executeQuery(KEEP);
    return () => resolve(value);
  } catch (error) {
    // Fails where the database itself has ended the transaction, as it does on a full disk: then nothing was kept.
    await trx.executeQuery(UNDO);
    await trx.executeQuery(KEEP);
    return () => reject(error);
  }
}
