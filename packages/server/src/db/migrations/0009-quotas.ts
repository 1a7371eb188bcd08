import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { hoursOf, monthsOf } from '../calendar.ts';
import { type LifeRow, lifeOf } from '../machine-life.ts';

const STATEMENTS = [
  'alter table vm add column quota_key_id integer',
  'create index vm_living on vm (account_id) where ended_at is null',
  `create table quota_use (account_id integer not null references account(id), api_key_id integer not null,
    month text not null, vm_ms bigint not null, executions bigint not null,
    primary key (account_id, api_key_id, month))`,
  `create table machine_hour (account_id integer not null references account(id), hour text not null,
    environment text not null, vm_ms bigint not null, core_ms bigint not null, mib_ms bigint not null,
    primary key (account_id, hour, environment))`,
];

/** What was used of quotas in each month, and of machines in each hour; of the machines that there were, too. */
export const quotas: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
    await nameFirstKeys(db);
    await countEnded(db);
  },
};

/** The key at the beginning of each machine's chain of rotations. */
async function nameFirstKeys(db: Kysely<unknown>): Promise<void> {
  await sql`update vm set quota_key_id = api_key_id`.execute(db);
  const { rows } = await sql<{ id: number; rotated_from: number }>`
    select id, rotated_from from api_key where rotated_from is not null order by id`.execute(db);
  // A successor is newer than its predecessor, whose own first key is known by then.
  const first = new Map<number, number>();
  for (const { id, rotated_from: before } of rows) {
    first.set(id, first.get(before) ?? before);
    await sql`update vm set quota_key_id = ${first.get(id)} where api_key_id = ${id}`.execute(db);
  }
}

type EndedRow = LifeRow & {
  id: string;
  account_id: number;
  quota_key_id: number | null;
  environment: string | null;
  memory_mb: number;
  vcpu_count: number;
};

async function countEnded(db: Kysely<unknown>): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await sql<EndedRow>`
      select * from vm where ended_at is not null and id > ${after} order by id limit 1000`.execute(db);
    for (const row of rows) await countOne(db, row);
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
  }
}

async function countOne(db: Kysely<unknown>, row: EndedRow): Promise<void> {
  const life = lifeOf(row, 0);
  for (const { name, ms } of monthsOf(life)) {
    for (const key of row.quota_key_id === null ? [0] : [0, row.quota_key_id]) {
      await sql`insert into quota_use (account_id, api_key_id, month, vm_ms, executions)
        values (${row.account_id}, ${key}, ${name}, ${ms}, 0)
        on conflict (account_id, api_key_id, month) do update set vm_ms = quota_use.vm_ms + excluded.vm_ms`.execute(
        db,
      );
    }
  }
  for (const { name, ms } of hoursOf(life)) {
    await sql`insert into machine_hour (account_id, hour, environment, vm_ms, core_ms, mib_ms)
      values (${row.account_id}, ${name}, ${row.environment ?? ''}, ${ms}, ${ms * row.vcpu_count}, ${ms * row.memory_mb})
      on conflict (account_id, hour, environment) do update set vm_ms = machine_hour.vm_ms + excluded.vm_ms,
        core_ms = machine_hour.core_ms + excluded.core_ms, mib_ms = machine_hour.mib_ms + excluded.mib_ms`.execute(
      db,
    );
  }
}
