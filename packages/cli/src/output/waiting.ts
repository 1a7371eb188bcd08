import type { InstaVMOptions, Retry, RetryReason } from '@instavm/sdk';
import type { GlobalFlags } from '../settings/flags.ts';

/** What `--max-wait` and `--no-wait` ask of the client. */
export function waiting({ maxWait, wait }: GlobalFlags): InstaVMOptions {
  if (wait === false) return { maxWaitSeconds: 0, maxRetries: 0 };
  // Whoever waits for long is not to be held up by how often it was tried.
  return maxWait === undefined ? {} : { maxWaitSeconds: maxWait, maxRetries: 100 };
}

const WHAT: Record<RetryReason, string> = {
  rate_limited: 'Rate limited',
  unavailable: 'The server is not available',
  connection_lost: 'The connection was lost',
  still_running: 'The first request is still being carried out',
};

/** Shorter ones are over before they are read. */
const SAID_FROM_SECONDS = 1;

/** Says what is waited for, how long, and who can change it; null for a moment. */
export function waitingLine({ reason, waitSeconds, error }: Retry): string | null {
  if (waitSeconds < SAID_FROM_SECONDS) return null;
  const why = reason === 'rate_limited' && error.reason ? ` (${clauses(error.reason)})` : '';
  return `${WHAT[reason]}: waiting ${Math.ceil(waitSeconds)} s${why}. Ctrl-C stops.`;
}

/** Sentences as parts of one: the line is to be read at a glance. */
function clauses(text: string): string {
  return text
    .replace(/\.$/, '')
    .split('. ')
    .map((sentence) => sentence.charAt(0).toLowerCase() + sentence.slice(1))
    .join('; ');
}
