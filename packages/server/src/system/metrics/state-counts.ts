import type { KeyEndReason, KeyStatus } from '@instavm/contract/states';
import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema.ts';
import { nowAndThen } from './now-and-then.ts';

export interface StateCountsDeps {
  db: Kysely<Database>;
  slices: { next(): Promise<unknown> };
  endedAs: Readonly<Record<KeyEndReason, KeyStatus>>;
  monotonicMs(): number;
}

/** There can be a million of what is counted: not for every look at it. */
const COUNTED_EVERY_MS = 60_000;
const KEYS_TOGETHER = 2000;

type Counts = ReadonlyMap<string, number>;

/** What there is of each kind, in the database. */
export class StateCounts {
  readonly #deps: StateCountsDeps;
  /** By status; up to a minute old. */
  readonly keys: () => Promise<Counts>;

  constructor(deps: StateCountsDeps) {
    this.#deps = deps;
    this.keys = nowAndThen(COUNTED_EVERY_MS, deps.monotonicMs, () => this.#countKeys());
  }

  /** Those that have not ended, by state. */
  async machines(): Promise<Counts> {
    const rows = await this.#deps.db
      .selectFrom('vm')
      .select((eb) => ['observed as state', eb.fn.countAll().as('count')])
      .where('ended_at', 'is', null)
      .groupBy('observed')
      .execute();
    return new Map([
      ['creating', 0],
      ['active', 0],
      ...rows.map(({ state, count }) => [state, Number(count)] as const),
    ]);
  }

  async #countKeys(): Promise<Counts> {
    const { db, slices, endedAs } = this.#deps;
    const counts = new Map<string, number>();
    for (const status of ['active', 'disabled', ...Object.values(endedAs)]) counts.set(status, 0);
    for (let after = 0; ; ) {
      const rows = await db
        .selectFrom('api_key')
        .select(['id', 'kind', 'end_reason', 'disabled_at'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(KEYS_TOGETHER)
        .execute();
      for (const { kind, end_reason: reason, disabled_at: disabledAt } of rows) {
        if (kind !== 'api_key') continue;
        const status = reason ? endedAs[reason] : disabledAt ? 'disabled' : 'active';
        counts.set(status, counts.get(status)! + 1);
      }
      if (rows.length < KEYS_TOGETHER) return counts;
      after = rows.at(-1)!.id;
      await slices.next();
    }
  }
}
