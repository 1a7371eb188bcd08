import { RATE_LIMIT_DETAIL } from '@instavm/contract';
import type { Bound, QuotaName, QuotaSource } from './bounds.ts';

/** What the caller is told of a quota that is used up. */
export interface QuotaRefusal {
  detail: string;
  /** Whole seconds, upwards; null when waiting does not help. */
  retryAfterSeconds: number | null;
  /** As limits of requests name theirs. */
  policy: string;
  quota: {
    name: QuotaName;
    of: Bound['of'];
    limit: number;
    used: number;
    source: QuotaSource;
    renews_at: string | null;
  };
}

const WHO_CAN_RAISE: Record<QuotaSource, string> = {
  key: "Whoever manages the account's API keys can raise it: {column} of the key.",
  account: 'An owner or admin of the account can raise it: {column} of PATCH /v1/account.',
  operator: "This server's operator can raise it: instavmd accounts limits.",
  server:
    "It is this server's default; an owner or admin can set {column} with PATCH /v1/account, and the operator with instavmd accounts limits.",
};

const WHOSE = { key: 'this API key', account: 'the account' } as const;

/** What a refused request learns of the quota that it met. */
export interface Refused {
  bound: Bound;
  /** In the quota's unit, what is held included. */
  used: number;
  /** When it would be granted, as far as time alone gives it. */
  retryAtMs: number | null;
  nowMs: number;
}

/** The machines at once are all there. */
export function machinesRefused(refused: Refused): QuotaRefusal {
  const { bound, used, retryAtMs } = refused;
  return refusal(refused, {
    what: `${WHOSE[bound.of]} may have ${counted(bound.limit, 'machine')} at once and has ${used}.`,
    next: `End one${retryAtMs === null ? '' : `, or try again at ${timeText(retryAtMs)}, when the next one has ended by its lifetime`}.`,
  });
}

export interface RefusedSeconds extends Refused {
  month: string;
  /** Of a machine, or of a renewal. */
  askedSeconds: number;
  /** What machines that run hold of `used`, until they end. */
  heldSeconds: number;
}

/** The month has too few seconds left for so long a life. */
export function vmSecondsRefused(refused: RefusedSeconds): QuotaRefusal {
  const { bound, used, retryAtMs, month, askedSeconds, heldSeconds } = refused;
  const left = Math.max(0, Math.floor(bound.limit - used));
  const held = heldSeconds > 0 ? `, of which machines that run hold ${rounded(heldSeconds)}` : '';
  const renewal =
    retryAtMs === null
      ? `Even a whole month does not have so many`
      : `The quota is new at ${timeText(retryAtMs)}`;
  return refusal(refused, {
    what: `${WHOSE[bound.of]} may use ${counted(bound.limit, 'second')} of machines in ${month} (UTC); ${rounded(used)} are used${held}, and this would take ${rounded(askedSeconds)} more.`,
    next: `Take a lifetime (vm_lifetime_seconds) of at most ${counted(left, 'second')}, or end machines. ${renewal}.`,
  });
}

/** The month's programs have all been run. */
export function executionsRefused(refused: Refused & { month: string; retryAtMs: number }): QuotaRefusal {
  const { bound, used, retryAtMs, month } = refused;
  return refusal(refused, {
    what: `${WHOSE[bound.of]} may run ${counted(bound.limit, 'program')} in ${month} (UTC) and has run ${used}.`,
    next: `The quota is new at ${timeText(retryAtMs)}.`,
  });
}

function refusal(
  { bound, used, retryAtMs, nowMs }: Refused,
  { what, next }: { what: string; next: string },
): QuotaRefusal {
  const { quota, of, limit, source } = bound;
  const who = WHO_CAN_RAISE[source].replace('{column}', `quota_${quota}`);
  return {
    detail: `${RATE_LIMIT_DETAIL}: ${what} ${next} ${who}`,
    retryAfterSeconds: retryAtMs === null ? null : Math.max(1, Math.ceil((retryAtMs - nowMs) / 1000)),
    policy: `${of}-${quota.replace('_', '-')}`,
    quota: {
      name: quota,
      of,
      limit,
      used,
      source,
      renews_at: retryAtMs === null ? null : timeText(retryAtMs),
    },
  };
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Upwards, so that nobody reads less than is taken. */
const rounded = (seconds: number) => Math.ceil(seconds);

const timeText = (ms: number) => new Date(ms).toISOString();
