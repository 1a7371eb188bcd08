import type {
  CreditAllocation,
  CreditCheck,
  CreditForecast,
  CreditRates,
  CreditSummary,
  CreditTrends,
  CreditUse,
} from '../generated/types.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface CreditPeriodOptions extends CallOptions {
  /** `current_month` unless said. */
  period?: CreditSummary['period'] | undefined;
}

export interface CreditUsageOptions extends CreditPeriodOptions {
  usageType?: CreditUse['usage_type'] | undefined;
  /** 1 to 1000; 100 unless said. */
  limit?: number | undefined;
}

export interface CreditTrendsOptions extends CallOptions {
  /** `30d` unless said. */
  period?: CreditTrends['period'] | undefined;
  /** `daily` unless said. */
  granularity?: CreditTrends['granularity'] | undefined;
}

/** The account's quotas, and what its machines cost at the server's rates. */
export class Credits {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  allocation(call: CallOptions = {}): Promise<CreditAllocation> {
    return this.#send('GET', '/v1/credits/allocation', call);
  }

  usage(options: CreditUsageOptions = {}): Promise<CreditUse[]> {
    const { period, usageType, limit, ...call } = options;
    return this.#send('GET', '/v1/credits/usage', {
      query: { period, usage_type: usageType, limit },
      ...call,
    });
  }

  summary(options: CreditPeriodOptions = {}): Promise<CreditSummary> {
    const { period, ...call } = options;
    return this.#send('GET', '/v1/credits/summary', { query: { period }, ...call });
  }

  /** Whether so many credits are left. */
  check(
    usageType: CreditUse['usage_type'],
    requiredCredits: number,
    call: CallOptions = {},
  ): Promise<CreditCheck> {
    const query = { usage_type: usageType, required_credits: requiredCredits };
    return this.#send('GET', '/v1/credits/check', { query, ...call });
  }

  rates(call: CallOptions = {}): Promise<CreditRates> {
    return this.#send('GET', '/v1/credits/rates', call);
  }

  usageTrends(options: CreditTrendsOptions = {}): Promise<CreditTrends> {
    const { period, granularity, ...call } = options;
    return this.#send('GET', '/v1/credits/usage/trends', { query: { period, granularity }, ...call });
  }

  usageForecast(call: CallOptions = {}): Promise<CreditForecast> {
    return this.#send('GET', '/v1/credits/usage/forecasting', call);
  }
}
