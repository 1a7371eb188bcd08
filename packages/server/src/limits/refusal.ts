import { concurrencyName } from './fields.ts';
import type { Layer } from './layer.ts';
import type { LimitSource } from './layer-name.ts';

/** Why a request is refused by its limits. */
export interface LimitRefusal {
  /** Whole seconds after which it is let in, if nobody else comes first. */
  retryAfterSeconds: number;
  /** Names of the policies, as in the headers. */
  violated: string[];
  /** What is used up, and who can raise it. */
  reason: string;
}

/** A request under way ends by itself, and nobody knows when. */
export const RETRY_UNDER_WAY_SECONDS = 1;

export const WHOSE: Record<Layer['name'], (environment: string | null) => string> = {
  key: () => 'this API key',
  environment: (environment) => `all keys of ${environment} together`,
  account: () => 'the whole account',
  operator: () => 'the whole account',
};

const WHO_RAISES: Record<LimitSource, string> = {
  key: 'Whoever manages API keys can raise its rate_limit or concurrent_requests.',
  environment: "An admin of the account can raise it in the environment's settings.",
  account: 'An admin of the account can raise it in its settings.',
  server:
    "It is the server's default: whoever manages API keys can give this one a rate_limit of its own, and the operator can change INSTAVM_RATE_LIMIT.",
  operator: 'The operator of this server has set it and can raise it.',
};

export function rateViolated({ name, pace, paceSource }: Layer, environment: string | null) {
  const { requests, windowSeconds, burst } = pace!;
  const what = `${count(requests)} in ${windowSeconds} s, of which ${burst} may come at once`;
  // What the account sets for keys in general is raised there, or for one key in the key.
  const raises =
    name === 'key' && paceSource === 'account'
      ? 'The account sets it for its keys (key_rate_limit): an admin can raise it there, or whoever manages API keys for this one.'
      : WHO_RAISES[paceSource];
  return { policy: name as string, reason: `The limit of ${WHOSE[name](environment)} is ${what}. ${raises}` };
}

export function concurrencyViolated(layer: Layer, environment: string | null) {
  const { name, concurrent, concurrentSource } = layer;
  const whose = WHOSE[name](environment);
  return {
    policy: concurrencyName(name),
    reason: `As many requests of ${whose} are under way as may be at once: ${concurrent}. ${WHO_RAISES[concurrentSource]}`,
  };
}

function count(requests: number): string {
  return requests === 1 ? '1 request' : `${requests} requests`;
}
