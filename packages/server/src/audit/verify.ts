import type { Kysely } from 'kysely';
import { GENESIS } from '../db/audit-chain.ts';
import type { Database } from '../db/schema.ts';
import { ChainCheck, type ChainKind, type Link, parseHead, type Verification } from './chain-check.ts';
import type { Slices } from './slices.ts';

const SLICE_ROWS = 500;

const SERVER_CHAIN: ChainKind = { linkOf: (row) => row.prev_hash, isDense: true };
const ACCOUNT_CHAIN: ChainKind = { linkOf: (row) => row.account_prev_hash, isDense: false };

export interface VerifyDeps {
  db: Kysely<Database>;
  slices: Slices;
}

/** Every row of the server, whoever's it is: for the operator. `knownHead` is `head` of an earlier answer. */
export async function verifyServerChain(deps: VerifyDeps, knownHead?: string): Promise<Verification> {
  const head = await deps.db
    .selectFrom('feed_head')
    .select(['seq', 'audit_hash as hash', newestSeq(deps.db, null).as('newest')])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return walk(deps, SERVER_CHAIN, null, head, head.newest ?? 0, knownHead);
}

/** The rows of one account by their own links: its holder needs nobody else's rows. */
export async function verifyAccountChain(
  deps: VerifyDeps,
  accountId: number,
  knownHead?: string,
): Promise<Verification> {
  // From `feed_head`, which always has its row: one statement sees one moment.
  const { seq, hash, newest } = await deps.db
    .selectFrom('feed_head')
    .leftJoin('audit_head', (join) => join.on('account_id', '=', accountId))
    .select(['audit_head.seq', 'audit_head.hash', newestSeq(deps.db, accountId).as('newest')])
    .where('feed_head.id', '=', 1)
    .executeTakeFirstOrThrow();
  const head = { seq: seq ?? 0, hash: hash ?? GENESIS };
  return walk(deps, ACCOUNT_CHAIN, accountId, head, newest ?? 0, knownHead);
}

function newestSeq(db: Kysely<Database>, accountId: number | null) {
  const rows = db.selectFrom('audit_event').select((eb) => eb.fn.max('audit_event.seq').as('seq'));
  return accountId === null ? rows : rows.where('account_id', '=', accountId);
}

/** Rows that come while it reads lie beyond `newest` and are not looked at. */
async function walk(
  { db, slices }: VerifyDeps,
  kind: ChainKind,
  accountId: number | null,
  head: Link,
  newest: number,
  knownHead: string | undefined,
): Promise<Verification> {
  const check = new ChainCheck(kind, head, knownHead === undefined ? null : parseHead(knownHead));
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    await slices.next();
    let rows = db.selectFrom('audit_event').selectAll().where('seq', '>', after).where('seq', '<=', newest);
    if (accountId !== null) rows = rows.where('account_id', '=', accountId);
    const slice = await rows.orderBy('seq').limit(SLICE_ROWS).execute();
    for (const row of slice) if (!check.add(row)) return check.end();
    if (slice.length < SLICE_ROWS) return check.end();
    after = slice.at(-1)!.seq;
  }
}
