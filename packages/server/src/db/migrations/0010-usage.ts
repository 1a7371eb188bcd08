import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { type LifeRow, lifeOf, stepsOfLife } from '../machine-life.ts';

const COUNTS = `requests bigint not null, errors bigint not null, limited bigint not null, bytes_in bigint not null,
  bytes_out bigint not null, executions bigint not null, latency text not null`;

const STATEMENTS = [
  `create table usage_subject (id integer primary key autoincrement, account_id integer not null references account(id),
    kind text not null, key_id integer not null, environment text not null, vm_id text not null, route text not null,
    client text not null, unique (account_id, kind, key_id, environment, vm_id, route, client))`,
  "create index usage_subject_by_machine on usage_subject (vm_id) where vm_id <> ''",
  `create table usage_minute (subject_id integer not null references usage_subject(id), at bigint not null,
    batch bigint not null, ${COUNTS}, primary key (subject_id, at, batch))`,
  ...['usage_hour', 'usage_day', 'usage_block'].map(
    (
      table,
    ) => `create table ${table} (subject_id integer not null references usage_subject(id), at bigint not null,
      ${COUNTS}, primary key (subject_id, at))`,
  ),
  ...['minute', 'hour', 'day', 'block'].map(
    (step) => `create index usage_${step}_by_time on usage_${step} (at, subject_id)`,
  ),
  'create table usage_rolled (step text primary key, until bigint not null)',
  "insert into usage_rolled (step, until) values ('hour', 0), ('day', 0), ('block', 0)",
  `create table usage_machine (account_id integer not null references account(id), api_key_id integer not null,
    step text not null, at bigint not null, environment text not null, vm_ms bigint not null,
    primary key (account_id, api_key_id, step, at))`,
];

/** Usage, rolled up; of the machines that there were, too. */
export const usage: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
    await countEnded(db);
  },
};

type EndedRow = LifeRow & {
  id: string;
  account_id: number;
  api_key_id: number | null;
  environment: string | null;
};

async function countEnded(db: Kysely<unknown>): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await sql<EndedRow>`
      select * from vm where ended_at is not null and id > ${after} order by id limit 1000`.execute(db);
    for (const row of rows) {
      for (const { step, at, ms } of stepsOfLife(lifeOf(row, 0))) {
        await sql`insert into usage_machine (account_id, api_key_id, step, at, environment, vm_ms)
          values (${row.account_id}, ${row.api_key_id ?? 0}, ${step}, ${at}, ${row.environment ?? ''}, ${ms})
          on conflict (account_id, api_key_id, step, at)
          do update set vm_ms = usage_machine.vm_ms + excluded.vm_ms`.execute(db);
      }
    }
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
  }
}
