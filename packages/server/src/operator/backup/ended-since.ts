import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { KeyEndReason } from '@instavm/contract/states';
import type { Kysely } from 'kysely';
import { recordChange } from '../../db/feed.ts';
import { mutate } from '../../db/mutation.ts';
import type { Database } from '../../db/schema.ts';
import { OPERATOR } from '../operator-actor.ts';
import { openReadOnly } from './inspect.ts';

/** What has ended and must not come back to life with an older backup. */
export interface EndedSince {
  /** Keys and tokens, by public id. */
  keys: ReadonlyMap<string, KeyEndReason>;
  /** Trust policies, by `policyName`. */
  policies: ReadonlySet<string>;
}

interface PolicyIdentity {
  id: number;
  account_id: number;
  created_at: string;
}

/** Numbers are given again in a database that went another way; a moment with them is not. */
function policyName({ id, account_id: accountId, created_at: at }: PolicyIdentity): string {
  return `${accountId} ${id} ${at}`;
}

/** As the database in place knows it; nothing when it cannot be read. */
export function endedIn(file: string): EndedSince {
  const nothing = { keys: new Map(), policies: new Set<string>() };
  if (!existsSync(file)) return nothing;
  try {
    const db = openReadOnly(file);
    try {
      return { keys: endedKeys(db), policies: endedPolicies(db) };
    } finally {
      db.close();
    }
  } catch {
    return nothing;
  }
}

function endedKeys(db: DatabaseSync): Map<string, KeyEndReason> {
  const rows = db.prepare('select public_id, end_reason from api_key where ended_at is not null').all();
  return new Map(
    (rows as { public_id: string; end_reason: KeyEndReason }[]).map((row) => [row.public_id, row.end_reason]),
  );
}

/** An older version of the server has none. */
function endedPolicies(db: DatabaseSync): Set<string> {
  if (!db.prepare("select 1 from sqlite_master where name = 'trust_policy'").get()) return new Set();
  const select = 'select id, account_id, created_at from trust_policy where deleted_at is not null';
  return new Set((db.prepare(select).all() as unknown as PolicyIdentity[]).map(policyName));
}

/** Ends the policies of a restored database that have ended since. */
export async function endPolicies(
  db: Kysely<Database>,
  ended: EndedSince['policies'],
  at: string,
): Promise<void> {
  const live = await db
    .selectFrom('trust_policy')
    .select(['id', 'account_id', 'created_at', 'environment'])
    .where('deleted_at', 'is', null)
    .execute();
  for (const policy of live.filter((one) => ended.has(policyName(one)))) {
    await mutate(db, OPERATOR, at, async (trx) => {
      await trx.updateTable('trust_policy').set({ deleted_at: at }).where('id', '=', policy.id).execute();
      await recordChange(trx, at, OPERATOR, {
        accountId: policy.account_id,
        environment: policy.environment,
        event: 'trust_policy.deleted',
        resourceType: 'trust_policy',
        resourceId: String(policy.id),
        payload: { reason: 'restored' },
      });
    });
  }
}
