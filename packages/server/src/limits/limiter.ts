import type { Operation } from '@instavm/contract';
import type { Account, Owners } from '../auth/owners.ts';
import type { KeyPrincipal, Principal } from '../auth/principal.ts';
import { AccountCells, limitsAnything } from './account-cells.ts';
import { concurrencyName, concurrencyState, rateState } from './fields.ts';
import { cellMemory, msUntil, nextSeconds, type Pace, remainingOf, setTaken, takenUp } from './gcra.ts';
import { addUnderWay, type Layer, policiesOf, underWay } from './layer.ts';
import type { LimitSource } from './layer-name.ts';
import { concurrencyViolated, type LimitRefusal, RETRY_UNDER_WAY_SECONDS, rateViolated } from './refusal.ts';
import { Slot } from './slot.ts';

/** What the headers of an answer say of the limits that its request was under. */
export interface LimitState {
  policy: string;
  state: string;
  /** Of the rate with the fewest requests left, as the two after it; -1 when none is in force. */
  most: number;
  remaining: number;
  nextSeconds: number;
}

export interface Admission {
  refusal: LimitRefusal | null;
  state: LimitState;
  /** To be given back when the request is over; null when nobody counts it. */
  slot: Slot | null;
}

export interface LimitInForce {
  policy: string;
  rate_limit: string | null;
  concurrent_requests: number | null;
  source: LimitSource;
  remaining: number;
  next_in_seconds: number | null;
}

type Asked = Pick<Operation, 'id'>;

/**
 * What lifts a limit must not be refused by it: an account whose keys use up all of its limit would lock its own
 * admins out. For people in the dashboard alone, and not against what the operator has set.
 */
const LIFTS_LIMITS: ReadonlySet<string> = new Set([
  'account.whoami',
  'account.me',
  'accounts.get',
  'accounts.update',
  'accounts.listEnvironments',
  'accounts.updateEnvironment',
]);

export interface LimiterDeps {
  owners: Owners;
  /** Of a key for which neither it nor its account sets one; null is none. */
  keyDefault: Pace | null;
  monotonicMs(): number;
}

/**
 * The limits of rate and of requests under way: of a key, its environment and its account at once. Everything lies in
 * memory and nothing is awaited, so a decision is one act: what one limit refuses is taken from none of the others, and
 * a database that hangs changes nothing. People are under the limits of their account, and no key's.
 */
export class Limiter {
  readonly #deps: LimiterDeps;
  /** Filled anew for each decision, so that one makes no garbage. */
  readonly #layers: Layer[] = [];
  readonly #taken = new Float64Array(4);
  readonly #ofKey: Layer = {
    name: 'key',
    pace: null,
    paceSource: 'key',
    concurrent: null,
    concurrentSource: 'key',
    cells: cellMemory(1),
    at: 0,
    policies: '',
  };

  #allowed = 0;
  readonly #refused = new Map<string, number>();

  constructor(deps: LimiterDeps) {
    this.#deps = deps;
  }

  /** Of requests under a limit, since it was made: how many it let in, and how many each policy refused. */
  get decisions(): { allowed: number; refused: ReadonlyMap<string, number> } {
    return { allowed: this.#allowed, refused: this.#refused };
  }

  /** Counts a request, or refuses it and counts nothing; null when no limit is in force. */
  admit(principal: Principal, operation: Asked): Admission | null {
    const count = this.#gather(principal, operation);
    if (count === 0) return null;
    const nowMs = this.#nowMs();
    const isRefused = this.#look(count, nowMs);
    if (!isRefused) this.#allowed++;
    let slot: Slot | null = null;
    for (let i = 0; i < count; i++) {
      const layer = this.#layers[i]!;
      if (layer.pace) {
        // Also where nothing is added: a cell that was overfull, because its limit or the clock was changed, is not
        // any more, so that waiting helps.
        if (!isRefused) this.#taken[i]! += layer.pace.step;
        setTaken(layer.pace, layer.cells, layer.at, nowMs, this.#taken[i]!);
      }
      if (layer.concurrent !== null && !isRefused) {
        addUnderWay(layer, 1);
        slot ??= new Slot();
        slot.add(layer.cells, layer.at);
      }
    }
    const refusal = isRefused ? this.#refusal(count, principal.environment) : null;
    for (const policy of refusal?.violated ?? []) {
      this.#refused.set(policy, (this.#refused.get(policy) ?? 0) + 1);
    }
    return { refusal, state: this.#state(count), slot };
  }

  /** Whether a request would be refused now. Asking takes nothing. */
  wouldRefuse(principal: Principal, operation: Asked): LimitRefusal | null {
    const count = this.#gather(principal, operation);
    return this.#look(count, this.#nowMs()) ? this.#refusal(count, principal.environment) : null;
  }

  /** What the headers of an answer to something that was not counted say. */
  stateOf(principal: Principal, operation: Asked): LimitState | null {
    const count = this.#gather(principal, operation);
    if (count === 0) return null;
    this.#look(count, this.#nowMs());
    return this.#state(count);
  }

  /** Every limit that this credential is under, with what is left of it. */
  inForce(principal: Principal): LimitInForce[] {
    const count = this.#gather(principal, null);
    this.#look(count, this.#nowMs());
    return this.#layers.slice(0, count).flatMap((layer, i) => {
      const { name, pace, paceSource, concurrent, concurrentSource } = layer;
      const found: LimitInForce[] = [];
      if (pace) {
        found.push({
          policy: name,
          rate_limit: pace.text,
          concurrent_requests: null,
          source: paceSource,
          remaining: remainingOf(pace, this.#taken[i]!),
          next_in_seconds: nextSeconds(pace, this.#taken[i]!),
        });
      }
      if (concurrent !== null) {
        found.push({
          policy: concurrencyName(name),
          rate_limit: null,
          concurrent_requests: concurrent,
          source: concurrentSource,
          remaining: Math.max(0, concurrent - underWay(layer)),
          next_in_seconds: null,
        });
      }
      return found;
    });
  }

  #nowMs(): number {
    return Math.floor(this.#deps.monotonicMs());
  }

  /** Puts the limits in force into `#layers`; gives how many they are. */
  #gather(principal: Principal, operation: Asked | null): number {
    if (principal.kind === 'api_key') {
      const { account } = principal.key.owner;
      const count = this.#gatherKey(principal, account);
      return this.#gatherAccount(account, principal.environment, count, false);
    }
    const liftsLimits = operation !== null && LIFTS_LIMITS.has(operation.id);
    return this.#gatherAccount(this.#deps.owners.account(principal.accountId), null, 0, liftsLimits);
  }

  #gatherKey({ key }: KeyPrincipal, { settings }: Account): number {
    const { limits } = key;
    const rate = limits.rate ?? settings.keyRateLimit ?? this.#deps.keyDefault ?? 'off';
    if (rate === 'off' && limits.concurrent === null) return 0;
    const layer = this.#ofKey;
    layer.pace = rate === 'off' ? null : rate;
    layer.paceSource = limits.rate !== null ? 'key' : settings.keyRateLimit !== null ? 'account' : 'server';
    layer.concurrent = limits.concurrent;
    layer.policies = policiesOf(layer);
    layer.cells = key.cells;
    layer.at = key.cellAt;
    this.#layers[0] = layer;
    return 1;
  }

  #gatherAccount(account: Account, environment: string | null, before: number, liftsLimits: boolean): number {
    const { settings } = account;
    if (!limitsAnything(settings)) return before;
    account.cells ??= new AccountCells();
    let count = before;
    for (const layer of account.cells.layers(settings, environment)) {
      if (!liftsLimits || layer.name === 'operator') this.#layers[count++] = layer;
    }
    return count;
  }

  /** Notes how much of each cell is taken up; true when one of the limits refuses another request. */
  #look(count: number, nowMs: number): boolean {
    let isRefused = false;
    for (let i = 0; i < count; i++) {
      const layer = this.#layers[i]!;
      const { pace, concurrent } = layer;
      if (pace) {
        const taken = takenUp(pace, layer.cells, layer.at, nowMs);
        this.#taken[i] = taken;
        if (taken + pace.step > pace.full) isRefused = true;
      }
      if (concurrent !== null && underWay(layer) >= concurrent) isRefused = true;
    }
    return isRefused;
  }

  #refusal(count: number, environment: string | null): LimitRefusal {
    const found: { policy: string; reason: string }[] = [];
    let waitMs = 0;
    for (let i = 0; i < count; i++) {
      const layer = this.#layers[i]!;
      const layerMs = layer.pace ? msUntil(layer.pace, this.#taken[i]!) : 0;
      waitMs = Math.max(waitMs, layerMs);
      if (layerMs > 0) found.push(rateViolated(layer, environment));
      if (layer.concurrent !== null && underWay(layer) >= layer.concurrent) {
        waitMs = Math.max(waitMs, RETRY_UNDER_WAY_SECONDS * 1000);
        found.push(concurrencyViolated(layer, environment));
      }
    }
    return {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
      violated: found.map(({ policy }) => policy),
      reason: found.map(({ reason }) => reason).join(' '),
    };
  }

  #state(count: number): LimitState {
    let policy = '';
    let state = '';
    let most = -1;
    let remaining = Number.POSITIVE_INFINITY;
    let next = 0;
    for (let i = 0; i < count; i++) {
      const layer = this.#layers[i]!;
      const { name, pace, concurrent } = layer;
      policy = policy === '' ? layer.policies : `${policy}, ${layer.policies}`;
      if (pace) {
        const taken = this.#taken[i]!;
        const ofLayer = remainingOf(pace, taken);
        const nextOfLayer = nextSeconds(pace, taken);
        const text = rateState(name, ofLayer, nextOfLayer);
        state = state === '' ? text : `${state}, ${text}`;
        if (ofLayer < remaining) {
          most = Math.max(pace.requests, pace.burst);
          remaining = ofLayer;
          next = nextOfLayer ?? 0;
        }
      }
      if (concurrent !== null) {
        const text = concurrencyState(name, Math.max(0, concurrent - underWay(layer)));
        state = state === '' ? text : `${state}, ${text}`;
      }
    }
    return { policy, state, most, remaining, nextSeconds: next };
  }
}
