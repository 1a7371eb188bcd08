import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Database } from '../db/schema.ts';

export type AuditEventRow = Selectable<Database['audit_event']>;

const TOGETHER = 200;

export interface EventReaderDeps {
  db: Kysely<Database>;
  /** Its own, for ever: what it has read is remembered under it. */
  name: string;
  /** Events of one transaction at most; fewer where handling one takes long. */
  atOnce?: number;
  /** In the transaction that also remembers how far it is: each event is handled once. */
  handle(trx: Transaction<Database>, events: AuditEventRow[]): Promise<void>;
}

/**
 * Hands on every event of the audit trail in its order, once, whatever dies in between. A reader that is new begins
 * with what comes after its first look.
 */
export class EventReader {
  readonly #deps: EventReaderDeps;
  readonly #atOnce: number;
  constructor(deps: EventReaderDeps) {
    this.#deps = deps;
    this.#atOnce = deps.atOnce ?? TOGETHER;
  }

  /** Up to the newest event. @returns how many were handled */
  async catchUp(): Promise<number> {
    let handled = 0;
    for (;;) {
      const count = await this.#batch();
      handled += count;
      if (count < this.#atOnce) return handled;
      // Requests are answered in between, however much there is to catch up on.
      await nextTurn();
    }
  }

  async #batch(): Promise<number> {
    const { db, name } = this.#deps;
    const from = (await this.#place()) ?? (await this.#begin());
    const waiting = await db.selectFrom('feed_head').select('seq').executeTakeFirstOrThrow();
    if (waiting.seq <= from) return 0;
    return db.transaction().execute(async (trx) => {
      const events = await trx
        .selectFrom('audit_event')
        .selectAll()
        .where('seq', '>', from)
        .orderBy('seq')
        .limit(this.#atOnce)
        .execute();
      // What it knows of its place is memory of a moment ago: another process may have read on.
      const moved = await trx
        .updateTable('event_reader')
        .set({ seq: events.at(-1)?.seq ?? waiting.seq })
        .where('name', '=', name)
        .where('seq', '=', from)
        .executeTakeFirst();
      if (moved.numUpdatedRows === 0n) return this.#atOnce;
      if (events.length > 0) await this.#deps.handle(trx, events);
      return events.length;
    });
  }

  async #place(): Promise<number | undefined> {
    const row = await this.#deps.db
      .selectFrom('event_reader')
      .select('seq')
      .where('name', '=', this.#deps.name)
      .executeTakeFirst();
    return row?.seq;
  }

  async #begin(): Promise<number> {
    const { db, name } = this.#deps;
    const { seq } = await db.selectFrom('feed_head').select('seq').executeTakeFirstOrThrow();
    await db
      .insertInto('event_reader')
      .values({ name, seq })
      .onConflict((oc) => oc.column('name').doNothing())
      .execute();
    return seq;
  }
}
