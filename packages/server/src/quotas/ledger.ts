import type { LifeRow, Span } from '../db/machine-life.ts';
import { overlapMs, reservedOf } from '../db/machine-life.ts';
import type { Bound } from './bounds.ts';

/** A machine that has not ended, as a quota sees it. */
export interface LivingMachine extends LifeRow {
  readonly id: string;
  readonly quota_key_id: number | null;
}

/** What was used in a month by what has ended. */
export interface MonthUse {
  readonly api_key_id: number;
  readonly month: string;
  readonly vm_ms: number;
  readonly executions: number;
}

/** All that an account has used and holds, as it is in one moment of the database. */
export interface Ledger {
  /** The first key of the chain of whoever asks; null for a person. */
  readonly firstKeyId: number | null;
  readonly living: readonly LivingMachine[];
  readonly use: readonly MonthUse[];
}

/** Key of `quota_use` for what an account used in all. */
export const WHOLE_ACCOUNT = 0;

export function livingOf({ living, firstKeyId }: Ledger, of: Bound['of']): readonly LivingMachine[] {
  return of === 'account' ? living : living.filter((vm) => vm.quota_key_id === firstKeyId);
}

/** Milliseconds of machines in a month: used by those that have ended, and held for those that have not. */
export function vmMsOf(
  ledger: Ledger,
  of: Bound['of'],
  month: Span & { name: string },
): { usedMs: number; heldMs: number } {
  const heldMs = livingOf(ledger, of).reduce((sum, vm) => sum + overlapMs(reservedOf(vm), month), 0);
  return { usedMs: useOf(ledger, of, month.name)?.vm_ms ?? 0, heldMs };
}

export function executionsOf(ledger: Ledger, of: Bound['of'], month: string): number {
  return useOf(ledger, of, month)?.executions ?? 0;
}

function useOf({ use, firstKeyId }: Ledger, of: Bound['of'], month: string): MonthUse | undefined {
  const id = of === 'account' ? WHOLE_ACCOUNT : firstKeyId;
  return use.find((row) => row.api_key_id === id && row.month === month);
}
