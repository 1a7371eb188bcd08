import { type Month, monthOf, monthsOf } from '../db/calendar.ts';
import type { Span } from '../db/machine-life.ts';
import type { Bound } from './bounds.ts';
import { executionsOf, type Ledger, livingOf, vmMsOf } from './ledger.ts';
import { executionsRefused, machinesRefused, type QuotaRefusal, vmSecondsRefused } from './refusals.ts';

/** The sweep that ends machines comes once a second; nobody is told to come back before it. */
const SWEEP_MS = 2000;

/** Null when there is room for one more machine. */
export function refuseMachine(ledger: Ledger, bounds: readonly Bound[], nowMs: number): QuotaRefusal | null {
  for (const bound of bounds.filter(({ quota }) => quota === 'machines')) {
    const ends = livingOf(ledger, bound.of).map((vm) => Date.parse(vm.expires_at));
    const used = ends.length;
    if (used < bound.limit) continue;
    // With a quota that was lowered below what runs, more than one has to end first.
    const next = ends.sort((a, b) => a - b)[used - bound.limit]!;
    return machinesRefused({ bound, used, retryAtMs: Math.max(next, nowMs) + SWEEP_MS, nowMs });
  }
  return null;
}

/** Null when the months have room for this time of a machine, beside all that is used and held. */
export function refuseTime(
  ledger: Ledger,
  bounds: readonly Bound[],
  span: Span,
  nowMs: number,
): QuotaRefusal | null {
  for (const bound of bounds.filter(({ quota }) => quota === 'vm_seconds')) {
    let month = monthOf(span.fromMs);
    for (const { ms } of monthsOf(span)) {
      const { usedMs, heldMs } = vmMsOf(ledger, bound.of, month);
      if (usedMs + heldMs + ms > bound.limit * 1000) {
        return vmSecondsRefused({
          bound,
          used: (usedMs + heldMs) / 1000,
          heldSeconds: heldMs / 1000,
          askedSeconds: ms / 1000,
          month: month.name,
          retryAtMs: monthWithRoom(ledger, bound, month, span),
          nowMs,
        });
      }
      month = monthOf(month.toMs);
    }
  }
  return null;
}

/** Null when the month has room for one more execution. */
export function refuseExecution(
  ledger: Pick<Ledger, 'firstKeyId' | 'use'>,
  bounds: readonly Bound[],
  nowMs: number,
): QuotaRefusal | null {
  const month = monthOf(nowMs);
  for (const bound of bounds.filter(({ quota }) => quota === 'executions')) {
    const used = executionsOf({ ...ledger, living: [] }, bound.of, month.name);
    if (used < bound.limit) continue;
    return executionsRefused({ bound, used, month: month.name, retryAtMs: month.toMs, nowMs });
  }
  return null;
}

/** Lifetimes are shorter than a month, so that nothing is held beyond the next but one. */
const MONTHS_AHEAD = 3;

/** Where a later month begins that has room for so long a machine; null when none ever has. */
function monthWithRoom(ledger: Ledger, bound: Bound, after: Month, { fromMs, toMs }: Span): number | null {
  let month = monthOf(after.toMs);
  for (let n = 0; n < MONTHS_AHEAD; n++) {
    const { usedMs, heldMs } = vmMsOf(ledger, bound.of, month);
    const ms = Math.min(toMs - fromMs, month.toMs - month.fromMs);
    if (usedMs + heldMs + ms <= bound.limit * 1000) return month.fromMs;
    month = monthOf(month.toMs);
  }
  return null;
}
