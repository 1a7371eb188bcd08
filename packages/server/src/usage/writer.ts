import type { Kysely, Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import { writeObservations } from '../db/observations.ts';
import type { Database } from '../db/schema.ts';
import type { UsageBuffer } from './buffer.ts';
import type { Minute, MinuteRow } from './minute.ts';
import { DAY_SECONDS, STEP_SECONDS, stepStart } from './steps.ts';
import { SubjectIds } from './subject-ids.ts';

/** So late a minute still gets into an hour that is already rolled up; its own minutes are there as long. */
const LATE_SECONDS = DAY_SECONDS;

const putMinute = builtOnce((db) =>
  db
    .insertInto('usage_minute')
    .values({
      ...{ subject_id: 0, at: 0, batch: 0, requests: 0, errors: 0, limited: 0 },
      ...{ bytes_in: 0, bytes_out: 0, executions: 0, latency: '' },
    })
    .onConflict((oc) =>
      oc.columns(['subject_id', 'at', 'batch']).doUpdateSet((eb) => ({
        requests: eb.ref('excluded.requests'),
        errors: eb.ref('excluded.errors'),
        limited: eb.ref('excluded.limited'),
        bytes_in: eb.ref('excluded.bytes_in'),
        bytes_out: eb.ref('excluded.bytes_out'),
        executions: eb.ref('excluded.executions'),
        latency: eb.ref('excluded.latency'),
      })),
    ),
);

/** Also takes the lock to write at once, so that what is read after it stays true. */
const rollUpAgain = builtOnce((db) =>
  db
    .updateTable('usage_rolled')
    .set({ until: 0 })
    .where('step', '=', 'hour')
    .where('until', '>', 0)
    .where('until', '<=', 0),
);

/** Writes what the buffer holds, a few rows at a time; what could not be written stays in it for the next time. */
export class UsageWriter {
  readonly #db: Kysely<Database>;
  readonly #buffer: UsageBuffer;
  readonly #now: () => number;
  readonly #subjects = new SubjectIds();
  #running: Promise<void> | null = null;
  #writtenAtMs: number;

  constructor({ db, buffer, now }: { db: Kysely<Database>; buffer: UsageBuffer; now(): number }) {
    this.#db = db;
    this.#buffer = buffer;
    this.#now = now;
    this.#writtenAtMs = now();
  }

  /** Everything counted before that time is in the database. */
  get writtenAtMs(): number {
    return this.#writtenAtMs;
  }

  /** Never twice at once: whoever asks meanwhile waits for the one that runs. */
  flush(): Promise<void> {
    this.#running ??= this.#flush().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Numbers of subjects that may be gone from the database. */
  forgetIds(): void {
    this.#subjects.clear();
  }

  async #flush(): Promise<void> {
    const startedMs = this.#now();
    for (const minute of this.#buffer.minutes) {
      const rows = minute.takeChanged();
      try {
        await this.#write(minute, rows);
      } catch (error) {
        minute.putBack();
        throw error;
      }
      const isOver = startedMs >= (minute.at + 60) * 1000;
      if (isOver && !minute.isDirty) this.#buffer.forget(minute);
    }
    this.#writtenAtMs = startedMs;
  }

  async #write({ at, batch }: Minute, rows: MinuteRow[]): Promise<void> {
    const made = new Map<string, number>();
    try {
      await writeObservations(this.#db, rows, async (trx, some) => {
        await this.#reopen(trx, at);
        for (const { subject, tally } of some) {
          const id = await this.#subjects.idOf(trx, subject, made);
          const { requests, errors, limited, bytes_in, bytes_out, executions } = tally;
          const counts = [requests, errors, limited, bytes_in, bytes_out, executions];
          await putMinute(trx, [id, at, batch, ...counts, tally.latency.encode()]);
        }
      });
    } catch (error) {
      // One of its subjects may have been deleted as one that nothing was kept of.
      this.#subjects.clear();
      throw error;
    }
    this.#subjects.add(made);
  }

  async #reopen(trx: Transaction<Database>, at: number): Promise<void> {
    for (const step of ['hour', 'day', 'block'] as const) {
      const start = stepStart(at, STEP_SECONDS[step]);
      await rollUpAgain(trx, [start, step, start, at + LATE_SECONDS]);
    }
  }
}
