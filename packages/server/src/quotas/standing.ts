import type { Kysely, Transaction } from 'kysely';
import { monthOf } from '../db/calendar.ts';
import type { Database } from '../db/schema.ts';
import { type Bound, QUOTA_NAMES, type QuotaName, type QuotaSource } from './bounds.ts';
import { executionsOf, type Ledger, livingOf, vmMsOf } from './ledger.ts';
import { firstKeyOf, readBounds, readLedger, type Spender } from './store.ts';

/** Where one quota stands; `used` holds what running machines reserve. */
export interface QuotaStanding {
  limit: number;
  used: number;
  /** Of `used`: held for machines that run, and given back as far as they end early. */
  reserved: number;
  remaining: number;
  /** Whose use it bounds. */
  of: Bound['of'];
  source: QuotaSource;
  /** When it is new; null for one that is not of a month. */
  renews_at: string | null;
}

export type QuotaStandings = Record<QuotaName, QuotaStanding>;

/** Of every quota the bound that leaves least to whoever asks, as all is in one moment. */
export async function quotaStandings(
  db: Kysely<Database>,
  who: Spender & { vmId: string | null },
  nowMs: number,
): Promise<QuotaStandings> {
  const { bounds, ledger } = await db.transaction().execute(async (trx) => {
    const spender = who.vmId === null ? who : await makerOf(trx, who, who.vmId);
    const firstKeyId = spender.keyId === null ? null : await firstKeyOf(trx, spender.keyId);
    const { name } = monthOf(nowMs);
    return {
      bounds: await readBounds(trx, spender),
      ledger: await readLedger(trx, { ...spender, firstKeyId }, { first: name, last: name }),
    };
  });
  const standings = QUOTA_NAMES.map((quota) => {
    const each = bounds
      .filter((bound) => bound.quota === quota)
      .map((bound) => standing(bound, ledger, nowMs));
    // The key's own comes first, and counts where both leave the same.
    return [quota, each.reduce((least, next) => (next.remaining < least.remaining ? next : least))] as const;
  });
  return Object.fromEntries(standings) as QuotaStandings;
}

/** A token of a machine uses the quota of the key that made it. */
async function makerOf(trx: Transaction<Database>, { accountId }: Spender, vmId: string): Promise<Spender> {
  const vm = await trx.selectFrom('vm').select('api_key_id').where('id', '=', vmId).executeTakeFirst();
  return { accountId, keyId: vm?.api_key_id ?? null };
}

function standing({ quota, of, limit, source }: Bound, ledger: Ledger, nowMs: number): QuotaStanding {
  const month = monthOf(nowMs);
  const { used, reserved } = usedOf(quota, of, ledger, month);
  return {
    limit,
    used,
    reserved,
    // A quota that was lowered can be used beyond itself.
    remaining: Math.max(0, limit - used),
    of,
    source,
    renews_at: quota === 'machines' ? null : new Date(month.toMs).toISOString(),
  };
}

function usedOf(
  quota: QuotaName,
  of: Bound['of'],
  ledger: Ledger,
  month: ReturnType<typeof monthOf>,
): { used: number; reserved: number } {
  if (quota === 'machines') return { used: livingOf(ledger, of).length, reserved: 0 };
  if (quota === 'executions') return { used: executionsOf(ledger, of, month.name), reserved: 0 };
  const { usedMs, heldMs } = vmMsOf(ledger, of, month);
  return { used: (usedMs + heldMs) / 1000, reserved: heldMs / 1000 };
}
