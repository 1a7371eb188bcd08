import { z } from 'zod';
import { numberParam, oneOf, timestamp } from './fields.ts';

export const CREDIT_PERIODS = ['current_month', 'last_30_days', 'all'] as const;
export const CREDIT_USAGE_TYPES = ['vm_execution', 'browser_automation'] as const;
export const TREND_PERIODS = ['7d', '30d', '90d'] as const;
export const TREND_GRANULARITIES = ['hourly', 'daily', 'weekly'] as const;

const period = oneOf(CREDIT_PERIODS).optional().meta({ default: 'current_month' });

/** Finite always: a client that computes with it needs no case for null. */
const amount = { allocated: z.number(), used: z.number(), remaining: z.number() };

const quotas = z
  .object({
    machines: z.object(amount),
    vm_seconds: z.object(amount),
    executions: z.object(amount),
  })
  .describe("The account's quotas, from which the credits come.");

export const creditAllocation = z
  .object({
    id: z.string(),
    allocation_period_start: timestamp,
    allocation_period_end: timestamp,
    dollars: z.object(amount),
    browser_automation: z.object(amount),
    quotas,
  })
  .meta({ id: 'CreditAllocation' });

export const creditUsageQuery = z.object({
  period,
  usage_type: oneOf(CREDIT_USAGE_TYPES).optional(),
  limit: numberParam(1000, 100),
});

export const creditUse = z
  .object({
    created_at: timestamp,
    usage_type: z.enum(CREDIT_USAGE_TYPES),
    credits_used: z.number().describe('Dollars.'),
    resource_id: z.string(),
    vm_seconds: z.number(),
    is_running: z.boolean(),
  })
  .meta({ id: 'CreditUse' });

export const creditSummaryQuery = z.object({ period });

export const creditSummary = creditAllocation
  .extend({
    period: z.enum(CREDIT_PERIODS),
    dollars: z.object({ ...amount, overage: z.number() }),
  })
  .meta({ id: 'CreditSummary' });

export const creditCheckQuery = z.object({
  usage_type: oneOf(CREDIT_USAGE_TYPES),
  required_credits: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,9})?$/, 'is not an amount of credits')
    .transform(Number),
});

export const creditCheck = z
  .object({
    available: z.boolean(),
    usage_type: z.enum(CREDIT_USAGE_TYPES),
    required_credits: z.number(),
    remaining_credits: z.number(),
    shortage: z.number(),
    reason: z.string(),
  })
  .meta({ id: 'CreditCheck' });

export const creditRates = z
  .object({
    vm_execution: z.object({
      rate_description: z.string(),
      cpu_rate_per_second_per_core: z.number(),
      ram_rate_per_gib_per_second: z.number(),
    }),
    browser_automation: z.object({
      rate_description: z.string(),
      sample_1_call: z.number(),
      minimum_charge: z.number(),
    }),
  })
  .meta({ id: 'CreditRates' });

export const creditTrendsQuery = z.object({
  period: oneOf(TREND_PERIODS).optional().meta({ default: '30d' }),
  granularity: oneOf(TREND_GRANULARITIES).optional().meta({ default: 'daily' }),
});

export const creditTrends = z
  .object({
    period: z.enum(TREND_PERIODS),
    granularity: z.enum(TREND_GRANULARITIES),
    series: z
      .array(z.object({ at: timestamp, credits_used: z.number(), vm_seconds: z.number() }))
      .describe('Every step of the period, zeros included, oldest first.'),
  })
  .meta({ id: 'CreditTrends' });

export const creditForecast = z
  .object({
    allocation_period_start: timestamp,
    allocation_period_end: timestamp,
    used: z.number(),
    daily_average: z.number().describe('Of the days so far in this month.'),
    forecast: z.number().describe('At the end of the month, if it goes on like this.'),
    allocated: z.number(),
    exhausted_at: timestamp
      .nullable()
      .describe('When the allocation would be used up; null if not this month.'),
  })
  .meta({ id: 'CreditForecast' });
