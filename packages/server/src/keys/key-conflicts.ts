import { sql, type Transaction } from 'kysely';
import { builtOnce } from '../db/built-once.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import type { ApiKeyRow } from './store.ts';

const liveKeyAfter = builtOnce((db) =>
  db
    .selectFrom('api_key')
    .select('id')
    .where('account_id', '=', 0)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`kind = 'api_key'`)
    .orderBy('id')
    .limit(1)
    .offset(0),
);

/** Counting stops at the bound, so that it costs the same for any account. */
export async function requireRoom(
  trx: Transaction<Database>,
  accountId: number,
  maxKeys: number,
): Promise<void> {
  const [last] = await liveKeyAfter(trx, [accountId, 1, maxKeys - 1]);
  if (!last) return;
  throw new ApiError(
    'key_limit_reached',
    `This account has ${maxKeys} live API keys, which is as many as it may have. Revoke keys that are no longer used, or have the bound raised (INSTAVM_MAX_KEYS).`,
  );
}

/** Its label says what it was given for, and many are given for the same. */
function isGiven({ kind, trust_policy_id: policyId }: Pick<ApiKeyRow, 'kind' | 'trust_policy_id'>): boolean {
  return kind !== 'api_key' || policyId !== null;
}

/** A label names one live key of its environment; a key whose successor exists has handed its label on. */
export async function requireFreeLabel(
  trx: Transaction<Database>,
  row: ApiKeyRow,
  at: string,
): Promise<void> {
  if (row.label === null || row.rotated_to !== null || isGiven(row)) return;
  const other = await trx
    .selectFrom('api_key')
    .select('id')
    .where('account_id', '=', row.account_id)
    .where('environment', row.environment === null ? 'is' : '=', row.environment)
    .where('label', '=', row.label)
    .where('id', '!=', row.id)
    .where('ended_at', 'is', null)
    .where('rotated_to', 'is', null)
    .where(sql<boolean>`kind = 'api_key'`)
    .where('trust_policy_id', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]))
    .limit(1)
    .executeTakeFirst();
  if (!other || other.id === row.rotated_from) return;
  const where = row.environment === null ? 'without an environment' : `of ${row.environment}`;
  throw new ApiError(
    'label_taken',
    `API key ${other.id} ${where} has the label "${row.label}" already. Choose another label, or revoke that key first.`,
  );
}
