import type { Kysely } from 'kysely';
import type { OperatorLimits } from '../auth/account-settings.ts';
import { type Month, monthOf } from '../db/calendar.ts';
import type { Span } from '../db/machine-life.ts';
import type { Database } from '../db/schema.ts';
import type { QuotaStandings } from '../quotas/standing.ts';
import { costOf } from './cost.ts';
import { type Period, type PeriodName, periodOf } from './periods.ts';
import { readRates } from './rates.ts';
import { type UseScope, useIn } from './use.ts';

/** What an account may use in a month, where the operator sets nothing else. It is counted, never enforced. */
export const SERVER_CREDIT_DOLLARS = 10_000;

export interface CreditsDeps {
  db: Kysely<Database>;
  accountQuotas(accountId: number): Promise<QuotaStandings>;
  now(): number;
}

export interface Amount {
  allocated: number;
  used: number;
  remaining: number;
}

/** There is no browser in this version: nothing of it is allocated or used. */
export const NO_BROWSER: Amount = { allocated: 0, used: 0, remaining: 0 };

/**
 * Credits are dollars that machines cost at the operator's rates, and the account's quotas beside them. The use that a
 * key of an environment sees is that environment's; what is allocated is the account's.
 */
export class Credits {
  readonly #deps: CreditsDeps;
  constructor(deps: CreditsDeps) {
    this.#deps = deps;
  }

  /** What is allocated and used in a period, in dollars. */
  async statement(scope: UseScope, name: PeriodName) {
    const nowMs = this.#deps.now();
    const account = await this.#account(scope.accountId);
    const period = periodOf(name, nowMs, Date.parse(account.created_at));
    const spent = await this.#dollarsSpent(scope, period, nowMs);
    const allocated = allocationOf(account.operator_limits) * period.months;
    return {
      id: `${scope.accountId}-${new Date(period.fromMs).toISOString().slice(0, 10)}`,
      allocation_period_start: new Date(period.fromMs).toISOString(),
      allocation_period_end: new Date(period.toMs).toISOString(),
      dollars: amount(allocated, spent),
      overage: Math.max(0, spent - allocated),
      browser_automation: NO_BROWSER,
      quotas: amountsOf(await this.#deps.accountQuotas(scope.accountId)),
    };
  }

  /** Of this month. */
  async dollarsOfMonth(scope: UseScope): Promise<{ month: Month; nowMs: number; dollars: Amount }> {
    const nowMs = this.#deps.now();
    const month = monthOf(nowMs);
    const { operator_limits: limits } = await this.#account(scope.accountId);
    const spent = await this.#dollarsSpent(scope, month, nowMs);
    return { month, nowMs, dollars: amount(allocationOf(limits), spent) };
  }

  /** Throws when there is no such account. */
  async periodOf(accountId: number, name: PeriodName): Promise<Period> {
    const { created_at: createdAt } = await this.#account(accountId);
    return periodOf(name, this.#deps.now(), Date.parse(createdAt));
  }

  async #dollarsSpent(scope: UseScope, span: Span, nowMs: number): Promise<number> {
    const { db } = this.#deps;
    const use = await useIn(db, scope, span, nowMs);
    return costOf(use, await readRates(db)).cost_dollars;
  }

  #account(id: number) {
    return this.#deps.db
      .selectFrom('account')
      .select(['created_at', 'operator_limits'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  }
}

function allocationOf(operatorLimits: string): number {
  return (JSON.parse(operatorLimits) as OperatorLimits).credit_dollars ?? SERVER_CREDIT_DOLLARS;
}

function amount(allocated: number, used: number): Amount {
  return { allocated, used, remaining: Math.max(0, allocated - used) };
}

function amountsOf({ machines, vm_seconds, executions }: QuotaStandings) {
  const of = ({ limit, used, remaining }: QuotaStandings['machines']): Amount => ({
    allocated: limit,
    used,
    remaining,
  });
  return { machines: of(machines), vm_seconds: of(vm_seconds), executions: of(executions) };
}
