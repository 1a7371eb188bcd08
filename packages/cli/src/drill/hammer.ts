import { Agent, type ClientRequest, get } from 'node:http';
import { Agent as SecureAgent, get as secureGet } from 'node:https';

export interface Target {
  url: string;
  key: string;
  userAgent: string;
  /** Kept open, one request at a time on each. */
  connections: number;
  maxRequests: number;
}

/** What came of the requests so far. `After` counts those that began after `revoked()` was called. */
export interface Tally {
  made: number;
  startedAfter: number;
  acceptedBefore: number;
  acceptedAfter: number;
  refusedBefore: number;
  refusedAfter: number;
  /** Neither 2xx nor 401: a limit, a failed server. */
  other: number;
  /** No answer. */
  failed: number;
  /** Of `performance.now()`; null while every request was accepted. */
  firstRefusalAtMs: number | null;
}

export interface Hammer {
  tally: Readonly<Tally>;
  /** Resolves once so many requests were begun, or all are done. */
  reached(count: number): Promise<void>;
  /** The revocation's answer is here: what begins from now on must be refused. */
  revoked(): void;
  stop(): void;
  /** Resolves when every request has been answered. */
  done: Promise<void>;
}

/** Sends one request after the other on each connection, until it is stopped or `maxRequests` were made. */
export function startHammer({ url, key, userAgent, connections, maxRequests }: Target): Hammer {
  const secure = url.startsWith('https:');
  const options = { keepAlive: true, maxSockets: connections };
  const agent = secure ? new SecureAgent(options) : new Agent(options);
  const send = secure ? secureGet : get;
  const tally: Tally = {
    made: 0,
    startedAfter: 0,
    acceptedBefore: 0,
    acceptedAfter: 0,
    refusedBefore: 0,
    refusedAfter: 0,
    other: 0,
    failed: 0,
    firstRefusalAtMs: null,
  };
  let isRevoked = false;
  let isStopped = false;
  const waiting: { count: number; resolve(): void }[] = [];

  async function work(): Promise<void> {
    while (!isStopped && tally.made < maxRequests) {
      // Read before the request is written: this is what "began after the answer" means.
      const after = isRevoked;
      tally.made++;
      if (after) tally.startedAfter++;
      for (const waiter of waiting) if (tally.made >= waiter.count) waiter.resolve();
      count(
        await statusOf(send(url, { agent, headers: { 'x-api-key': key, 'user-agent': userAgent } })),
        after,
      );
    }
  }

  function count(status: number | null, after: boolean): void {
    if (status === null) tally.failed++;
    else if (status === 401) {
      tally.firstRefusalAtMs ??= performance.now();
      tally[after ? 'refusedAfter' : 'refusedBefore']++;
    } else if (status >= 200 && status < 300) tally[after ? 'acceptedAfter' : 'acceptedBefore']++;
    else tally.other++;
  }

  const done = Promise.all(Array.from({ length: connections }, work)).then(() => agent.destroy());
  return {
    tally,
    done,
    reached: (count) =>
      Promise.race([done, new Promise<void>((resolve) => waiting.push({ count, resolve }))]),
    revoked: () => {
      isRevoked = true;
    },
    stop: () => {
      isStopped = true;
    },
  };
}

/** The status of an answer once all of it is here; null when none came. */
function statusOf(request: ClientRequest): Promise<number | null> {
  return new Promise((resolve) => {
    request.setTimeout(30_000, () => request.destroy());
    request.on('error', () => resolve(null));
    request.on('response', (response) => {
      response.on('end', () => resolve(response.statusCode ?? null));
      response.on('error', () => resolve(null));
      response.resume();
    });
  });
}
