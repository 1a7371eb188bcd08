import type { Account } from '../auth/owners.ts';
import type { Principal } from '../auth/principal.ts';
import type { ServedRequest } from '../http/served-request.ts';

/** Requests in a row from one address by one client. */
export interface Run {
  address: string;
  client: string;
  requests: number;
  denied: number;
  limited: number;
  atMs: number;
}

/** What one key did since the last look. */
export interface KeySightings {
  account: Account;
  environment: string | null;
  /** In the order in which they began. */
  runs: Run[];
}

/** Between two looks, which are a second apart. */
const RUNS_MAX = 16;
const KEYS_MAX = 20_000;

/**
 * Collects what keys do until somebody looks. It stands in the way of every request, so it does the least that can be
 * done: requests that come in a row from one address by one client are one number.
 */
export class Sightings {
  #keys = new Map<number, KeySightings>();
  #lastKey = 0;
  #lastRun: Run | null = null;

  note({ principal, address, client, status, receivedAtMs }: Seen): void {
    // A token of a machine is not used by whoever may steal keys: it ends with its machine.
    if (principal?.kind !== 'api_key' || principal.vmId !== null) return;
    let run = this.#lastRun;
    if (
      run === null ||
      principal.keyId !== this.#lastKey ||
      run.address !== address ||
      run.client !== client
    ) {
      run = this.#runOf(principal, address, client);
      if (run === null) return;
      this.#lastKey = principal.keyId;
      this.#lastRun = run;
    }
    run.requests++;
    if (receivedAtMs > run.atMs) run.atMs = receivedAtMs;
    if (status === 403) run.denied++;
    else if (status === 429) run.limited++;
  }

  /** What was collected, which begins anew. */
  take(): Map<number, KeySightings> {
    const taken = this.#keys;
    this.#keys = new Map();
    this.#lastRun = null;
    return taken;
  }

  /** What could not be looked at comes before what was collected since. */
  putBack(taken: Map<number, KeySightings>): void {
    const since = this.take();
    this.#keys = taken;
    for (const [keyId, seen] of since) {
      const before = taken.get(keyId);
      if (before) before.runs = [...before.runs, ...seen.runs].slice(0, RUNS_MAX);
      else if (taken.size < KEYS_MAX) taken.set(keyId, seen);
    }
  }

  /** Null where there is no room. */
  #runOf(principal: KeyPrincipal, address: string, client: string): Run | null {
    let seen = this.#keys.get(principal.keyId);
    if (!seen) {
      if (this.#keys.size >= KEYS_MAX) return null;
      seen = { account: principal.key.owner.account, environment: principal.environment, runs: [] };
      this.#keys.set(principal.keyId, seen);
    }
    const last = seen.runs.at(-1);
    if (last?.address === address && last.client === client) return last;
    if (seen.runs.length < RUNS_MAX) {
      const run = { address, client, requests: 0, denied: 0, limited: 0, atMs: 0 };
      seen.runs.push(run);
      return run;
    }
    // One more change of address says nothing that the others do not.
    return seen.runs.find((one) => one.address === address && one.client === client) ?? last!;
  }
}

type KeyPrincipal = Extract<Principal, { kind: 'api_key' }>;
type Seen = Pick<ServedRequest, 'principal' | 'address' | 'client' | 'status' | 'receivedAtMs'>;
