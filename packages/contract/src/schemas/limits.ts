import { z } from 'zod';
import { parseRateLimit } from '../rate-limit.ts';

/** `off` or `N/Ws,burst=B`, as in `INSTAVM_RATE_LIMIT`. */
export const rateLimit = z
  .string()
  .refine(
    (text) => parseRateLimit(text) !== null,
    'is neither `off` nor a limit like 100/60s,burst=20 (1 to 9999999 requests in 1 to 86400 seconds, burst 1 to 9999999)',
  );

export const concurrentRequests = z
  .int()
  .min(1)
  .max(100_000)
  .describe('Requests that may be served at the same time.');

/** Null is the next wider bound: of a key the account's, of an account the server's. */
export const quotaFields = {
  quota_machines: z.int().min(1).max(100_000).nullable().describe('Machines at once.'),
  quota_vm_seconds: z
    .int()
    .min(1)
    .max(1_000_000_000_000)
    .nullable()
    .describe('Seconds of machines in a calendar month (UTC).'),
  quota_executions: z
    .int()
    .min(1)
    .max(1_000_000_000_000)
    .nullable()
    .describe('Executions in a calendar month (UTC).'),
};

/** When machines and their sessions end; null is the next wider setting. */
export const machineTimeFields = {
  machine_idle_timeout_seconds: z
    .int()
    .min(20)
    .max(86_400)
    .nullable()
    .describe('A machine that nobody used for so long is ended, where its maker set nothing else.'),
  machine_lifetime_seconds: z
    .int()
    .min(20)
    .max(86_400)
    .nullable()
    .describe('Lifetime of a machine whose maker set none.'),
  machine_lifetime_max_seconds: z
    .int()
    .min(20)
    .max(2_592_000)
    .nullable()
    .describe('The longest that a machine may live in all, renewals included.'),
};
