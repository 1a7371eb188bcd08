import { z } from 'zod';
import {
  environment,
  exportFormat,
  integerIdParam,
  numberParam,
  oneOf,
  textId,
  timestamp,
} from './fields.ts';

export const USAGE_PERIODS = ['1h', '24h', '7d', '30d', '90d', '1y'] as const;
export const USAGE_DIMENSIONS = ['key', 'environment', 'vm', 'route', 'client'] as const;

const granularity = z.enum(['minute', 'hour', 'day']);

/** Without a granularity: one that gives the period at most a few hundred points. */
export const usagePeriodQuery = z.object({
  period: oneOf(USAGE_PERIODS).optional().meta({ default: '7d' }),
  granularity: granularity.optional(),
});

const figures = {
  requests: z.int(),
  errors: z.int().describe('Answers of 400 and above.'),
  limited: z.int().describe('Answers of 429, which are errors too.'),
  bytes_in: z.int(),
  bytes_out: z.int(),
  latency_ms: z
    .object({ p50: z.number(), p95: z.number(), p99: z.number() })
    .nullable()
    .describe('From histograms: right to about 5 %. Null without requests.'),
  executions: z.int(),
  vm_seconds: z.number().describe('Of machines, those that still run included; not rounded.'),
};

export const usageFigures = z.object(figures).meta({ id: 'UsageFigures' });

const usagePoint = z.object({ at: timestamp, ...figures }).meta({ id: 'UsagePoint' });

const window = {
  period: z.enum(USAGE_PERIODS),
  granularity,
  period_start: timestamp,
  period_end: timestamp,
};

const usagePart = z
  .object({
    subject: z
      .string()
      .describe(
        'Id of the key or machine, name of the environment, route or client. `dashboard` for people, `none` for no environment, `other` for what there was no room to tell apart.',
      ),
    label: z.string().nullable(),
    totals: usageFigures,
  })
  .meta({ id: 'UsagePart' });

export const keyUsage = z
  .object({
    api_key_id: z.int(),
    ...window,
    totals: usageFigures,
    series: z.array(usagePoint).describe('Every step of the period, zeros included, oldest first.'),
    routes: z.array(usagePart).describe('Most used first.'),
    clients: z.array(usagePart).describe('Most used first.'),
  })
  .meta({ id: 'KeyUsage' });

export const usageQuery = usagePeriodQuery.extend({
  by: oneOf(USAGE_DIMENSIONS).optional().meta({ default: 'key' }),
  environment: environment.optional(),
  key_id: integerIdParam.optional(),
  vm_id: textId.optional(),
});

export const usage = z
  .object({
    by: z.enum(USAGE_DIMENSIONS),
    ...window,
    totals: usageFigures,
    series: z.array(usagePoint),
    parts: z.array(usagePart).describe('The 200 most used, most used first.'),
  })
  .meta({ id: 'Usage' });

export const usageExportQuery = usageQuery.extend({
  format: exportFormat,
});

const cost = {
  cost_dollars: z.number(),
  cpu_hours: z.number(),
  ram_gib_hours: z.number(),
};

const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}/, 'is not a date like 2027-01-31')
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is not a date like 2027-01-31');

export const usageBreakdownQuery = z.object({
  days: numberParam(365, 30),
  start_date: isoDate.optional(),
  end_date: isoDate.optional(),
});

export const usageBreakdown = z
  .object({
    period_start: timestamp,
    period_end: timestamp,
    total_days: z.int(),
    totals: z.object(cost),
    daily_breakdown: z.array(z.object({ date: z.string(), ...cost })).describe('Every day, oldest first.'),
  })
  .meta({ id: 'UsageBreakdown' });

export const sessionUsage = z
  .object({
    session_id: z.string(),
    vm_id: z.string().nullable(),
    started_at: timestamp,
    ended_at: timestamp.nullable(),
    vm_seconds: z.number(),
    ...cost,
    requests: z.int(),
    executions: z.int(),
    bytes_in: z.int(),
    bytes_out: z.int(),
  })
  .meta({ id: 'SessionUsage' });
