import { parseRetryAfter, waitMs } from './schedule.ts';
import type { Outcome } from './sender.ts';

/** One attempt as it is kept. Nothing of the receiver's answer but its status. */
export interface Attempt {
  at: string;
  status_code: number | null;
  duration_ms: number;
  error: string | null;
}

export interface Tried {
  attempt_count: number;
  /** JSON list. */
  attempts: string;
}

/** What an attempt makes of its delivery. */
export interface Verdict {
  status: 'succeeded' | 'failed' | 'dead';
  attempt: Attempt;
  /** Null unless it is tried again. */
  nextAttemptAtMs: number | null;
  /** The receiver wants nothing any more. */
  isGone: boolean;
}

const GONE = 410;

export function judge(
  delivery: Tried,
  maxRetries: number,
  outcome: Outcome,
  { startedAtMs, nowMs, random }: { startedAtMs: number; nowMs: number; random: () => number },
): Verdict {
  const error = problemOf(outcome);
  const attempt = {
    at: new Date(startedAtMs).toISOString(),
    status_code: outcome.statusCode,
    duration_ms: Math.round(outcome.durationMs),
    error,
  };
  if (error === null) return { status: 'succeeded', attempt, nextAttemptAtMs: null, isGone: false };
  const isGone = outcome.statusCode === GONE;
  const attempts = delivery.attempt_count + 1;
  if (isGone || attempts > maxRetries) return { status: 'dead', attempt, nextAttemptAtMs: null, isGone };
  const wait = waitMs(attempts, random(), parseRetryAfter(outcome.retryAfter, nowMs));
  return { status: 'failed', attempt, nextAttemptAtMs: nowMs + wait, isGone };
}

/** Null for success, which only a status from 200 to 299 is. */
export function problemOf({ error, statusCode }: Outcome): string | null {
  if (error !== null) return error;
  if (statusCode! >= 200 && statusCode! < 300) return null;
  if (statusCode! >= 300 && statusCode! < 400)
    return `It answered ${statusCode}; redirects are not followed.`;
  return `It answered ${statusCode}.`;
}
