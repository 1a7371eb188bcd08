import { type Kysely, SqliteAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { type ChainedRow, GENESIS, hashOfRow } from '../audit-chain.ts';

const COLUMNS = [
  'environment text',
  "status text not null default 'success'",
  'user_id integer',
  'vm_id text',
  'session_id text',
  'error_message text',
  `prev_hash text not null default '${GENESIS}'`,
  `account_prev_hash text not null default '${GENESIS}'`,
  "hash text not null default ''",
];

/** What the new columns would have held, from what is known of the rows. */
const FILL = [
  "vm_id = resource_id where resource_type = 'vm'",
  `session_id = (select session_id from vm where id = resource_id),
     environment = (select environment from vm where id = resource_id) where resource_type = 'vm'`,
  `environment = (select environment from api_key where cast(id as text) = resource_id)
     where resource_type = 'api_key'`,
  "user_id = cast(actor_id as integer) where actor_type = 'person'",
  `user_id = (select person_id from api_key where cast(id as text) = actor_id) where actor_type = 'api_key'`,
];

/**
 * Rows are added at the end and stay as they are. Whoever can write to the file can drop these first; what they do
 * then is found by the chain.
 */
const APPEND_ONLY = [
  `create trigger audit_event_is_not_changed before update on audit_event
     begin select raise(abort, 'audit_event is append-only'); end`,
  `create trigger audit_event_is_not_removed before delete on audit_event
     begin select raise(abort, 'audit_event is append-only'); end`,
  `create trigger audit_event_grows_at_its_end before insert on audit_event
     when new.seq <= (select max(seq) from audit_event)
     begin select raise(abort, 'audit_event is append-only'); end`,
];

/** Chains the audit trail, the rows that are there included, and closes it against changes. */
export const auditChain: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of COLUMNS) await sql.raw(`alter table audit_event add column ${column}`).execute(db);
    await sql
      .raw(`alter table feed_head add column audit_hash text not null default '${GENESIS}'`)
      .execute(db);
    await sql
      .raw(
        'create table audit_head (account_id integer primary key, seq integer not null, hash text not null)',
      )
      .execute(db);
    await sql.raw('create index audit_by_vm on audit_event (vm_id, seq) where vm_id is not null').execute(db);
    for (const columns of FILL) await sql.raw(`update audit_event set ${columns}`).execute(db);
    await chainRows(db);
    // Another dialect closes the table in its own words.
    if (db.getExecutor().adapter instanceof SqliteAdapter) {
      for (const trigger of APPEND_ONLY) await sql.raw(trigger).execute(db);
    }
  },
};

async function chainRows(db: Kysely<unknown>): Promise<void> {
  let prevHash = GENESIS;
  let seq = 0;
  const heads = new Map<number, { seq: number; hash: string }>();
  for (;;) {
    const { rows } = await sql<ChainedRow>`
      select * from audit_event where seq > ${seq} order by seq limit 1000`.execute(db);
    if (rows.length === 0) break;
    for (const row of rows) {
      const accountPrevHash = heads.get(row.account_id)?.hash ?? GENESIS;
      const hash = hashOfRow({ ...row, prev_hash: prevHash, account_prev_hash: accountPrevHash });
      await sql`update audit_event set prev_hash = ${prevHash}, account_prev_hash = ${accountPrevHash},
        hash = ${hash} where seq = ${row.seq}`.execute(db);
      prevHash = hash;
      seq = row.seq;
      heads.set(row.account_id, { seq, hash });
    }
  }
  await sql`update feed_head set audit_hash = ${prevHash}`.execute(db);
  for (const [accountId, head] of heads) {
    await sql`insert into audit_head (account_id, seq, hash)
      values (${accountId}, ${head.seq}, ${head.hash})`.execute(db);
  }
}
