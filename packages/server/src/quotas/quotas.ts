import type { Transaction } from 'kysely';
import { monthOf, monthsOf } from '../db/calendar.ts';
import { type LifeRow, lifeOf, reservedOf, type Span } from '../db/machine-life.ts';
import type { Database, VmTable } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';
import { refuseExecution, refuseMachine, refuseTime } from './checks.ts';
import type { QuotaRefusal } from './refusals.ts';
import { addUse, firstKeyOf, readBounds, readLedger, readUse, type Spender } from './store.ts';

type Trx = Transaction<Database>;

/** A machine as it is about to be written, or has just been. */
export type CountedMachine = LifeRow &
  Pick<
    VmTable,
    'id' | 'account_id' | 'api_key_id' | 'quota_key_id' | 'environment' | 'memory_mb' | 'vcpu_count'
  >;

/** One execution that was counted before it ran. */
export interface ReservedExecution {
  readonly accountId: number;
  readonly firstKeyId: number | null;
  readonly month: string;
}

export interface QuotasDeps {
  /** Of a problem that is a quota used up: its type, and the member that names the policies. */
  problem: { type: string; violatedPolicies: string };
  /** Told of every machine that has ended, in the transaction of its end. */
  alsoSettled(trx: Trx, vm: CountedMachine, life: Span): Promise<void>;
}

/**
 * Machines at once, and seconds of machines and executions in a calendar month. Everything is decided and written in
 * the transaction of the change itself. What runs is not counted in figures of its own: the rows of machines say it,
 * with all of their lifetime held until they end. Figures are kept of what has ended alone, written with its end.
 */
export class Quotas {
  readonly #deps: QuotasDeps;
  constructor(deps: QuotasDeps) {
    this.#deps = deps;
  }

  /**
   * To be called before the row of a new machine is written, in the same transaction: the row itself is what holds
   * its place among the machines at once and its whole lifetime. Throws ApiError quota_exceeded.
   * @returns what belongs in its `quota_key_id`
   */
  async reserveMachine(trx: Trx, spender: Spender, vm: LifeRow): Promise<number | null> {
    const firstKeyId = spender.keyId === null ? null : await firstKeyOf(trx, spender.keyId);
    const bounds = await readBounds(trx, spender);
    const lifetime = reservedOf(vm);
    const ledger = await readLedger(trx, { accountId: spender.accountId, firstKeyId }, monthsIn(lifetime));
    const nowMs = lifetime.fromMs;
    const refusal = refuseMachine(ledger, bounds, nowMs) ?? refuseTime(ledger, bounds, lifetime, nowMs);
    if (refusal) throw this.#asError(refusal);
    return firstKeyId;
  }

  /**
   * To be called before a later `expires_at` is written, in the same transaction: the time that the renewal adds must
   * have room, under the quotas of whoever made the machine. Throws ApiError quota_exceeded. An earlier end is always
   * granted, and gives back what it no longer holds.
   */
  async reserveRenewal(trx: Trx, vm: VmOfKey, expiresAt: string, nowMs: number): Promise<void> {
    const added = { fromMs: Date.parse(vm.expires_at), toMs: Date.parse(expiresAt) };
    if (added.toMs <= added.fromMs) return;
    const { account_id: accountId, quota_key_id: firstKeyId } = vm;
    const bounds = await readBounds(trx, { accountId, keyId: vm.api_key_id });
    const ledger = await readLedger(trx, { accountId, firstKeyId }, monthsIn(added));
    const refusal = refuseTime(ledger, bounds, added, nowMs);
    if (refusal) throw this.#asError(refusal);
  }

  /**
   * To be called after the end of a machine was written, in the same transaction and once: counts what it really
   * took. Nothing for one that never ran.
   */
  async settleMachine(trx: Trx, vm: CountedMachine): Promise<void> {
    const life = lifeOf(vm, 0);
    const { account_id: accountId, quota_key_id: firstKeyId } = vm;
    for (const { name, ms } of monthsOf(life))
      await addUse(trx, { accountId, firstKeyId }, name, { vmMs: ms });
    await this.#deps.alsoSettled(trx, vm, life);
  }

  /** Counts an execution before it runs. Throws ApiError quota_exceeded. */
  async reserveExecution(trx: Trx, spender: Spender, nowMs: number): Promise<ReservedExecution> {
    const { accountId, keyId } = spender;
    const firstKeyId = keyId === null ? null : await firstKeyOf(trx, keyId);
    const { name: month } = monthOf(nowMs);
    const bounds = await readBounds(trx, spender);
    const use = await readUse(trx, { accountId, firstKeyId }, { first: month, last: month });
    const refusal = refuseExecution({ firstKeyId, use }, bounds, nowMs);
    if (refusal) throw this.#asError(refusal);
    await addUse(trx, { accountId, firstKeyId }, month, { executions: 1 });
    return { accountId, firstKeyId, month };
  }

  /** Gives back an execution that was never started. To be called once. */
  async refundExecution(trx: Trx, { accountId, firstKeyId, month }: ReservedExecution): Promise<void> {
    await addUse(trx, { accountId, firstKeyId }, month, { executions: -1 });
  }

  #asError({ detail, retryAfterSeconds, policy, quota }: QuotaRefusal): ApiError {
    const { type, violatedPolicies } = this.#deps.problem;
    return new ApiError('quota_exceeded', detail, {
      ...(retryAfterSeconds === null ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
      extra: { type, [violatedPolicies]: [policy], quota },
    });
  }
}

type VmOfKey = Pick<VmTable, 'account_id' | 'api_key_id' | 'quota_key_id' | 'expires_at'>;

function monthsIn({ fromMs, toMs }: Span): { first: string; last: string } {
  return { first: monthOf(fromMs).name, last: monthOf(toMs).name };
}
