import type { Transaction } from 'kysely';
import type { OperatorLimits } from '../auth/account-settings.ts';
import { builtOnce } from '../db/built-once.ts';
import type { Database } from '../db/schema.ts';
import { type Bound, boundsOf, QUOTA_NAMES, type QuotaColumns } from './bounds.ts';
import { type Ledger, type LivingMachine, type MonthUse, WHOLE_ACCOUNT } from './ledger.ts';

/** Whose quotas count: an account's, and those of a key's chain of rotations; a person has none but the account's. */
export interface Spender {
  readonly accountId: number;
  readonly keyId: number | null;
}

const limitsOfAccount = builtOnce((db) =>
  db
    .selectFrom('account')
    .select(['quota_machines', 'quota_vm_seconds', 'quota_executions', 'operator_limits'])
    .where('id', '=', 0),
);

const successors = builtOnce((db) =>
  db
    .withRecursive('chain(id, rotated_to)', (chain) =>
      chain
        .selectFrom('api_key')
        .select(['id', 'rotated_to'])
        .where('id', '=', 0)
        .unionAll(
          chain
            .selectFrom('chain')
            .innerJoin('api_key', 'api_key.id', 'chain.rotated_to')
            .select(['api_key.id', 'api_key.rotated_to']),
        ),
    )
    .selectFrom('chain')
    .innerJoin('api_key', 'api_key.id', 'chain.id')
    .select(['quota_machines', 'quota_vm_seconds', 'quota_executions', 'ended_at'])
    .orderBy('api_key.id'),
);

/** Those of the newest that lives of the key and its successors: an ended key can still be a machine's maker. */
async function limitsOfKey(trx: Transaction<Database>, keyId: number): Promise<QuotaColumns | null> {
  const chain = await successors(trx, [keyId]);
  return chain.findLast((key) => key.ended_at === null) ?? chain[0] ?? null;
}

/** Every bound that whoever asks is under. */
export async function readBounds(
  trx: Transaction<Database>,
  { accountId, keyId }: Spender,
): Promise<Bound[]> {
  const [account] = await limitsOfAccount(trx, [accountId]);
  if (!account) throw new Error(`account ${accountId} is not in the database`);
  const key = keyId === null ? null : await limitsOfKey(trx, keyId);
  const operator = JSON.parse(account.operator_limits) as OperatorLimits;
  return QUOTA_NAMES.flatMap((quota) => boundsOf(quota, account, operator, key));
}

const predecessors = builtOnce((db) =>
  db
    .withRecursive('chain(id, rotated_from)', (chain) =>
      chain
        .selectFrom('api_key')
        .select(['id', 'rotated_from'])
        .where('id', '=', 0)
        .unionAll(
          chain
            .selectFrom('chain')
            .innerJoin('api_key', 'api_key.id', 'chain.rotated_from')
            .select(['api_key.id', 'api_key.rotated_from']),
        ),
    )
    .selectFrom('chain')
    .select('id')
    .where('rotated_from', 'is', null),
);

/** The first key of the chain of rotations that a key is in; itself where it was never rotated. */
export async function firstKeyOf(trx: Transaction<Database>, keyId: number): Promise<number> {
  const [first] = await predecessors(trx, [keyId]);
  return first?.id ?? keyId;
}

const livingMachines = builtOnce((db) =>
  db
    .selectFrom('vm')
    .select(['id', 'quota_key_id', 'created_at', 'expires_at', 'ended_at', 'isolation'])
    .where('account_id', '=', 0)
    .where('ended_at', 'is', null),
);

const useInMonths = builtOnce((db) =>
  db
    .selectFrom('quota_use')
    .select(['api_key_id', 'month', 'vm_ms', 'executions'])
    .where('account_id', '=', 0)
    .where((eb) => eb.or([eb('api_key_id', '=', WHOLE_ACCOUNT), eb('api_key_id', '=', 0)]))
    .where('month', '>=', '')
    .where('month', '<=', ''),
);

/** `firstKeyId` is that of `firstKeyOf`. Both months are read, and those between. */
export async function readLedger(
  trx: Transaction<Database>,
  { accountId, firstKeyId }: { accountId: number; firstKeyId: number | null },
  months: { first: string; last: string },
): Promise<Ledger> {
  return {
    firstKeyId,
    living: (await livingMachines(trx, [accountId])) as LivingMachine[],
    use: await readUse(trx, { accountId, firstKeyId }, months),
  };
}

export async function readUse(
  trx: Transaction<Database>,
  { accountId, firstKeyId }: { accountId: number; firstKeyId: number | null },
  { first, last }: { first: string; last: string },
): Promise<MonthUse[]> {
  return useInMonths(trx, [accountId, WHOLE_ACCOUNT, firstKeyId ?? WHOLE_ACCOUNT, first, last]);
}

const addToMonth = builtOnce((db) =>
  db
    .insertInto('quota_use')
    .values({ account_id: 0, api_key_id: 0, month: '', vm_ms: 0, executions: 0 })
    .onConflict((oc) =>
      oc.columns(['account_id', 'api_key_id', 'month']).doUpdateSet((eb) => ({
        vm_ms: eb('quota_use.vm_ms', '+', eb.ref('excluded.vm_ms')),
        executions: eb('quota_use.executions', '+', eb.ref('excluded.executions')),
      })),
    ),
);

/** Adds to what the account used in a month, and to what the chain of a key did. */
export async function addUse(
  trx: Transaction<Database>,
  { accountId, firstKeyId }: { accountId: number; firstKeyId: number | null },
  month: string,
  { vmMs = 0, executions = 0 }: { vmMs?: number; executions?: number },
): Promise<void> {
  await addToMonth(trx, [accountId, WHOLE_ACCOUNT, month, vmMs, executions]);
  if (firstKeyId !== null) await addToMonth(trx, [accountId, firstKeyId, month, vmMs, executions]);
}
