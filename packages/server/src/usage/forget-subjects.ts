import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';

const TOGETHER = 200;

/** Deletes subjects of which no figures are kept any more, such as machines of two years ago. */
export async function forgetSubjects(db: Kysely<Database>): Promise<void> {
  for (let after = 0; ; ) {
    const ids = await db
      .selectFrom('usage_subject')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(TOGETHER)
      .execute();
    const last = ids.at(-1)?.id;
    if (last === undefined) return;
    let unused = db.deleteFrom('usage_subject').where('id', '>', after).where('id', '<=', last);
    for (const table of ['usage_minute', 'usage_hour', 'usage_day', 'usage_block'] as const) {
      unused = unused.where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom(table).select('at').whereRef(`${table}.subject_id`, '=', 'usage_subject.id'))),
      );
    }
    await unused.execute();
    after = last;
    await setImmediate();
  }
}
