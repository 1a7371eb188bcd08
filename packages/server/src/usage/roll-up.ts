import { setImmediate } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import type { Database } from '../db/schema.ts';
import type { UsageBuffer } from './buffer.ts';
import { DAY_SECONDS, HOUR_SECONDS, KEPT_SECONDS, type KeptStep, STEP_SECONDS, stepStart } from './steps.ts';
import { Tally } from './tally.ts';

/** Subjects that are summed in one transaction: about a millisecond. */
const TOGETHER = 20;

/** Which table a step's figures are summed from. */
const FINER = { hour: 'minute', day: 'hour', block: 'day' } as const;

export type RolledStep = keyof typeof FINER;

export interface RollUpDeps {
  db: Kysely<Database>;
  buffer: UsageBuffer;
  now(): number;
}

/**
 * Sums what is over: minutes to hours, hours to days, days to blocks. A step is summed as a whole and replaces what was summed of it
 * before, so it may be done again at any time; until it is marked as done, readers take the finer figures.
 */
export async function rollUp(deps: RollUpDeps): Promise<{ isNewDay: boolean }> {
  const nowSeconds = deps.now() / 1000;
  // A minute that is still counted in memory is in no hour yet.
  const unfinished = deps.buffer.minutes[0]?.at ?? nowSeconds;
  const unfinishedHour = stepStart(Math.min(nowSeconds, unfinished), HOUR_SECONDS);
  const hours = await rollStep(deps.db, 'hour', unfinishedHour);
  const days = await rollStep(deps.db, 'day', stepStart(hours.until, DAY_SECONDS));
  await rollStep(deps.db, 'block', stepStart(days.until, STEP_SECONDS.block));
  return { isNewDay: days.until > days.before };
}

async function rollStep(
  db: Kysely<Database>,
  step: RolledStep,
  until: number,
): Promise<{ before: number; until: number }> {
  const seconds = STEP_SECONDS[step];
  const before = (await readRolled(db))[step];
  // After a clock that was ahead of its time, what comes now would count as rolled up for as long.
  let at = Math.min(before, until);
  if (!(await markRolled(db, step, before, at))) return { before, until: at };
  while (at < until) {
    const first = await firstAfter(db, step, at);
    const next = Math.min(first === null ? until : stepStart(first, seconds), until);
    if (next < until) await sumStep(db, step, next);
    const done = Math.min(next + seconds, until);
    if (!(await markRolled(db, step, at, done))) break;
    at = done;
  }
  return { before, until: at };
}

/** False when a late minute has been written meanwhile, which is summed the next time. */
async function markRolled(
  db: Kysely<Database>,
  step: RolledStep,
  from: number,
  to: number,
): Promise<boolean> {
  if (from === to) return true;
  const result = await db
    .updateTable('usage_rolled')
    .set({ until: to })
    .where('step', '=', step)
    .where('until', '=', from)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

async function firstAfter(db: Kysely<Database>, step: RolledStep, at: number): Promise<number | null> {
  const row = await db
    .selectFrom(`usage_${FINER[step]}`)
    .select('at')
    .where('at', '>=', at)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst();
  return row ? Number(row.at) : null;
}

async function sumStep(db: Kysely<Database>, step: RolledStep, at: number): Promise<void> {
  const until = at + STEP_SECONDS[step];
  const finer = `usage_${FINER[step]}` as const;
  const subjects = await subjectsOf(db, step, at);
  for (let from = 0; from < subjects.length; from += TOGETHER) {
    const some = subjects.slice(from, from + TOGETHER);
    await db.transaction().execute(async (trx) => {
      const rows = await trx
        .selectFrom(finer)
        .selectAll()
        .where('subject_id', 'in', some)
        .where('at', '>=', at)
        .where('at', '<', until)
        .execute();
      const sums = new Map<number, Tally>(some.map((id) => [id, new Tally()]));
      for (const row of rows) sums.get(row.subject_id)!.addRow(row);
      for (const [id, sum] of sums) {
        const { requests, errors, limited, bytes_in, bytes_out, executions } = sum;
        const counts = [requests, errors, limited, bytes_in, bytes_out, executions];
        await PUT[step](trx, [id, at, ...counts, sum.latency.encode()]);
      }
    });
    await setImmediate();
  }
}

/** One finer step at a time, because each may hold thousands. */
async function subjectsOf(db: Kysely<Database>, step: RolledStep, at: number): Promise<number[]> {
  const found = new Set<number>();
  const finer = FINER[step];
  for (let part = at; part < at + STEP_SECONDS[step]; part += STEP_SECONDS[finer]) {
    const rows = await db.selectFrom(`usage_${finer}`).select('subject_id').where('at', '=', part).execute();
    for (const row of rows) found.add(row.subject_id);
    if (rows.length > 0) await setImmediate();
  }
  return [...found];
}

const PUT = { hour: putSum('usage_hour'), day: putSum('usage_day'), block: putSum('usage_block') };

function putSum(table: `usage_${RolledStep}`) {
  return builtOnce((db) =>
    db
      .insertInto(table)
      .values({
        ...{ subject_id: 0, at: 0, requests: 0, errors: 0, limited: 0 },
        ...{ bytes_in: 0, bytes_out: 0, executions: 0, latency: '' },
      })
      .onConflict((oc) =>
        oc.columns(['subject_id', 'at']).doUpdateSet((eb) => ({
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
}

/** Rows that are deleted in one transaction. */
const DELETED_TOGETHER = 200;

/** Deletes figures that are older than they are kept, and only what is rolled up. */
export async function forgetOldUsage({ db, now }: Pick<RollUpDeps, 'db' | 'now'>): Promise<void> {
  const rolled = await readRolled(db);
  const nowSeconds = now() / 1000;
  await forget(db, 'minute', Math.min(nowSeconds - KEPT_SECONDS.minute, rolled.hour));
  await forget(db, 'hour', Math.min(nowSeconds - KEPT_SECONDS.hour, rolled.day));
  await forget(db, 'day', Math.min(nowSeconds - KEPT_SECONDS.day, rolled.block));
  await forget(db, 'block', nowSeconds - KEPT_SECONDS.block);
}

export async function readRolled(db: Kysely<Database>): Promise<Record<RolledStep, number>> {
  const rows = await db.selectFrom('usage_rolled').selectAll().execute();
  const untilOf = (step: RolledStep) => Number(rows.find((row) => row.step === step)?.until ?? 0);
  return { hour: untilOf('hour'), day: untilOf('day'), block: untilOf('block') };
}

async function forget(db: Kysely<Database>, step: KeptStep, before: number): Promise<void> {
  const table = `usage_${step}` as const;
  for (;;) {
    const rows = await db
      .selectFrom(table)
      .select(['at', 'subject_id'])
      .where('at', '<', before)
      .orderBy('at')
      .orderBy('subject_id')
      .limit(DELETED_TOGETHER)
      .execute();
    const [first] = rows;
    if (!first) return;
    // All of one step at most, so that two ends are enough to say which.
    const last = rows.findLast((row) => row.at === first.at)!;
    await db
      .deleteFrom(table)
      .where('at', '=', first.at)
      .where('subject_id', '<=', last.subject_id)
      .execute();
    await setImmediate();
  }
}
