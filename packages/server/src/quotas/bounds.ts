import type { OperatorLimits } from '../auth/account-settings.ts';

export const QUOTA_NAMES = ['machines', 'vm_seconds', 'executions'] as const;

export type QuotaName = (typeof QUOTA_NAMES)[number];

/** Of an account for which neither it nor the operator says anything: more than one machine room gives. */
export const SERVER_QUOTAS: Readonly<Record<QuotaName, number>> = {
  /** At once. */
  machines: 1000,
  /** In a calendar month (UTC), as the other. */
  vm_seconds: 1_000_000_000,
  executions: 100_000_000,
};

export type QuotaSource = 'key' | 'account' | 'operator' | 'server';

export interface Bound {
  readonly quota: QuotaName;
  /** Whose use counts: that of the key's whole chain of rotations, or of the account. */
  readonly of: 'key' | 'account';
  readonly limit: number;
  /** Who set it. */
  readonly source: QuotaSource;
}

/** As columns of keys and accounts; null is the next wider bound. */
export interface QuotaColumns {
  readonly quota_machines: number | null;
  readonly quota_vm_seconds: number | null;
  readonly quota_executions: number | null;
}

/** What is in force for one quota, that of the key first where it has one. */
export function boundsOf(
  quota: QuotaName,
  account: QuotaColumns,
  operator: OperatorLimits,
  key: QuotaColumns | null,
): Bound[] {
  const column = `quota_${quota}` as const;
  const ofKey = key?.[column] ?? null;
  const bounds: Bound[] = ofKey === null ? [] : [{ quota, of: 'key', limit: ofKey, source: 'key' }];
  return [...bounds, { quota, of: 'account', ...ofAccount(quota, account[column], operator[column]) }];
}

/** The account's own never exceeds the operator's; without either it is the server's. */
function ofAccount(
  quota: QuotaName,
  own: number | null,
  operator: number | undefined,
): Pick<Bound, 'limit' | 'source'> {
  if (own !== null && (operator === undefined || own <= operator)) return { limit: own, source: 'account' };
  if (operator !== undefined) return { limit: operator, source: 'operator' };
  return { limit: SERVER_QUOTAS[quota], source: 'server' };
}
