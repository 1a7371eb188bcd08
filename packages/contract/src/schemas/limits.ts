import { z } from 'zod';
import { rateLimitProblem } from '../rate-limit.ts';
import { machineSeconds } from './fields.ts';

/** `off` or `N/Ws,burst=B`, as in `INSTAVM_RATE_LIMIT`. */
export const rateLimit = z
  .string('is a text like 100/60s,burst=20, or off')
  .superRefine((text, context) => {
    const problem = rateLimitProblem(text);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  })
  .describe(
    '`off`, or `N/Ws,burst=B`: N requests in W seconds, evenly refilled, of which B may come at once (`100/60s,burst=20`).',
  );

/** One message for whatever is wrong with it, because each names the whole range. */
function wholeNumber(least: number, most: number) {
  const error = `is a whole number from ${least} to ${most}`;
  return z.int(error).min(least, error).max(most, error);
}

const ONE_MILLION_MILLIONS = 1_000_000_000_000;

export const concurrentRequests = wholeNumber(1, 100_000).describe(
  'Requests that may be served at the same time.',
);

/** Null is the next wider bound: of a key the account's, of an account the server's. */
export const quotaFields = {
  quota_machines: wholeNumber(1, 100_000).nullable().describe('Machines at once.'),
  quota_vm_seconds: wholeNumber(1, ONE_MILLION_MILLIONS)
    .nullable()
    .describe('Seconds of machines in a calendar month (UTC).'),
  quota_executions: wholeNumber(1, ONE_MILLION_MILLIONS)
    .nullable()
    .describe('Executions in a calendar month (UTC).'),
};

/** When machines and their sessions end; null is the next wider setting. */
export const machineTimeFields = {
  machine_idle_timeout_seconds: machineSeconds
    .nullable()
    .describe('A machine that nobody used for so long is ended, where its maker set nothing else.'),
  machine_lifetime_seconds: machineSeconds.nullable().describe('Lifetime of a machine whose maker set none.'),
  machine_lifetime_max_seconds: z
    .int()
    .min(20)
    .max(2_592_000)
    .nullable()
    .describe('The longest that a machine may live in all, renewals included.'),
};
