import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Sealer } from '../auth/sealing.ts';
import type { Database } from '../db/schema.ts';
import { judge } from './attempt.ts';
import { AttemptWriter } from './attempt-writer.ts';
import { type DueDelivery, dueDeliveries, endpointsWithWork, nextDueMs } from './delivery-store.ts';
import { type EndpointRow, endpointById, isEnabled } from './endpoint-store.ts';
import { eventBody, eventId } from './event-body.ts';
import type { Attempted } from './record.ts';
import { type Health, isGivenUp, WINDOW, windowAfter } from './schedule.ts';
import type { Outcome, Sender } from './sender.ts';
import { placeOfSecret, signedPost } from './signed-post.ts';

export interface DispatcherDeps {
  db: Kysely<Database>;
  sender: Sender;
  sealer: Sealer;
  log: Logger;
  now(): number;
  randomBytes(size: number): Uint8Array;
  /** Switches an endpoint off, because nothing reaches it or it wants nothing any more. */
  disable(endpointId: string, reason: string): Promise<void>;
}

/** Attempts under way: all, and those of one account, so that no account's dead receivers hold up another's. */
const AT_ONCE_MAX = 2048;
const AT_ONCE_PER_ACCOUNT_MAX = 128;

/** An endpoint has so many whatever the account's others do, so that they do not hold it up either. */
const AT_ONCE_ALWAYS = 4;

const READ_TOGETHER = 64;

/** Attempts that are over and not written yet; with more, no new ones are begun. */
const UNWRITTEN_MAX = 1024;

const AFTER_TROUBLE_MS = 1000;
const STOP_WITHIN_MS = 3000;
const LOOK_EVERY_MS = 20;

/** One endpoint with something to deliver. */
interface Lane {
  id: string;
  accountId: number;
  /** Null until it is read, and again when it has changed. */
  endpoint: (EndpointRow & { openSecret: string | null }) | null;
  health: Health;
  /** Read and not begun. */
  ready: DueDelivery[];
  /** Begun and not written yet. */
  begun: Set<number>;
  underWay: number;
  /** How many may be under way. */
  window: number;
  /** When the next one that is not read yet is due. */
  dueMs: number;
  isReading: boolean;
  /** Counts changes of the endpoint, so that what was read before one is not used after it. */
  changes: number;
  isBeingDisabled: boolean;
}

/**
 * Delivers what is due. The database is the truth: an attempt that died with its process is due still, so each event
 * arrives at least once. Each endpoint has a lane of its own with a bound of its own.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #writer: AttemptWriter;
  readonly #lanes = new Map<string, Lane>();
  readonly #underWayOf = new Map<number, number>();
  #underWay = 0;
  #isPumpDue = false;
  #turn = 0;
  #state: 'running' | 'stopping' | 'stopped' = 'running';
  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    // A lane is there as long as anything of it is not written.
    this.#writer = new AttemptWriter({
      ...deps,
      healthOf: (id) => this.#lanes.get(id)!.health,
      written: (id, attempted, health) => this.#written(this.#lanes.get(id)!, attempted, health),
    });
  }

  /** Takes up what an earlier process left. */
  async start(): Promise<void> {
    for (const { endpoint_id, account_id } of await endpointsWithWork(this.#deps.db)) {
      this.wake(endpoint_id, account_id);
    }
  }

  /** The endpoint has something that is due. */
  wake(endpointId: string, accountId: number): void {
    let lane = this.#lanes.get(endpointId);
    if (!lane) {
      lane = newLane(endpointId, accountId);
      this.#lanes.set(endpointId, lane);
    }
    lane.dueMs = Math.min(lane.dueMs, this.#deps.now());
    this.#pumpSoon();
  }

  /** To be told after the commit of every change of an endpoint, before it is answered. */
  changed({ id, account_id }: EndpointRow): void {
    const lane = this.#lanes.get(id);
    if (lane) {
      lane.changes++;
      lane.endpoint = null;
      lane.ready = [];
    }
    this.wake(id, account_id);
  }

  /** To be called every now and then: time makes things due. */
  tick(): void {
    this.#pumpSoon();
  }

  /** Begins nothing more, and lets what is under way end for a while. What does not is sent again by the next process. */
  async stop(): Promise<void> {
    this.#state = 'stopping';
    const deadline = performance.now() + STOP_WITHIN_MS;
    while (this.#underWay > 0 && performance.now() < deadline) await pause(LOOK_EVERY_MS);
    this.#state = 'stopped';
    this.#deps.sender.close();
    await this.#writer.drain();
  }

  #pumpSoon(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    setImmediate(() => {
      this.#isPumpDue = false;
      this.#pump();
    });
  }

  /** One of each lane in turn, so that a long queue waits for itself alone. */
  #pump(): void {
    if (this.#state !== 'running') return;
    const nowMs = this.#deps.now();
    const all = [...this.#lanes.values()];
    const first = all.length === 0 ? 0 : this.#turn++ % all.length;
    let lanes = [...all.slice(first), ...all.slice(0, first)].filter(
      (lane) => lane.ready.length > 0 || lane.dueMs <= nowMs,
    );
    while (lanes.length > 0) {
      lanes = lanes.filter((lane) => {
        if (!this.#hasRoom(lane)) return false;
        const delivery = lane.ready.shift();
        if (delivery) void this.#attempt(lane, delivery);
        else if (lane.dueMs <= nowMs && !lane.isReading) void this.#read(lane);
        return delivery !== undefined;
      });
    }
  }

  #hasRoom(lane: Lane): boolean {
    return (
      this.#underWay < AT_ONCE_MAX &&
      this.#writer.waiting < UNWRITTEN_MAX &&
      lane.underWay < lane.window &&
      (lane.underWay < AT_ONCE_ALWAYS ||
        (this.#underWayOf.get(lane.accountId) ?? 0) < AT_ONCE_PER_ACCOUNT_MAX)
    );
  }

  async #read(lane: Lane): Promise<void> {
    const { db, log, now, sealer } = this.#deps;
    const { changes } = lane;
    lane.isReading = true;
    // Whatever becomes due while it reads makes this earlier again.
    lane.dueMs = Number.POSITIVE_INFINITY;
    try {
      const at = new Date(now()).toISOString();
      const endpoint = lane.endpoint ?? (await endpointById(db, lane.id));
      if (!endpoint || !isEnabled(endpoint)) return;
      const limit = READ_TOGETHER + lane.begun.size;
      const due = await dueDeliveries(db, lane.id, at, limit);
      const nextMs = due.length < limit ? await nextDueMs(db, lane.id, at) : now();
      if (changes !== lane.changes) {
        lane.dueMs = now();
        return;
      }
      if (!lane.endpoint) {
        lane.endpoint = { ...endpoint, openSecret: sealer.open(endpoint.secret, placeOfSecret(lane.id)) };
        lane.health = { failingSince: endpoint.failing_since, failures: endpoint.failures };
      }
      lane.ready = due.filter(({ number }) => !lane.begun.has(number));
      lane.dueMs = Math.min(lane.dueMs, nextMs);
    } catch (error) {
      log.error({ err: error, endpoint_id: lane.id }, 'deliveries cannot be read; it is tried again');
      lane.dueMs = now() + AFTER_TROUBLE_MS;
    } finally {
      lane.isReading = false;
      this.#forgetIfIdle(lane);
      this.#pumpSoon();
    }
  }

  async #attempt(lane: Lane, delivery: DueDelivery): Promise<void> {
    const { now, randomBytes } = this.#deps;
    const endpoint = lane.endpoint!;
    const startedAtMs = now();
    this.#count(lane, 1);
    lane.begun.add(delivery.number);
    const outcome = await this.#send(endpoint, delivery, startedAtMs).catch((error: unknown) => {
      this.#deps.log.error({ err: error, delivery_id: delivery.id }, 'a webhook could not be sent');
      return notSent('The server made a mistake; its log has more.');
    });
    this.#count(lane, -1);
    // Broken off by the stop itself: nothing was learnt of the receiver.
    if (this.#state === 'stopped') return;
    const nowMs = now();
    const random = () => Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32;
    const verdict = judge(delivery, endpoint.max_retries, outcome, { startedAtMs, nowMs, random });
    this.#writer.add({ endpointId: lane.id, delivery, verdict, atMs: nowMs });
    this.#pumpSoon();
  }

  async #send(
    endpoint: NonNullable<Lane['endpoint']>,
    delivery: DueDelivery,
    nowMs: number,
  ): Promise<Outcome> {
    // It opens under the installation's own secret alone, which a restore may have changed.
    if (endpoint.openSecret === null) return notSent('Its secret cannot be read any more; rotate it.');
    const isTest = delivery.is_test === 1;
    const message = {
      eventId: eventId(delivery.seq, isTest),
      deliveryId: delivery.id,
      body: eventBody(delivery, delivery.event_type, isTest),
    };
    return this.#deps.sender.post(signedPost(endpoint, endpoint.openSecret, message, nowMs));
  }

  #count(lane: Lane, by: 1 | -1): void {
    const ofAccount = (this.#underWayOf.get(lane.accountId) ?? 0) + by;
    if (ofAccount === 0) this.#underWayOf.delete(lane.accountId);
    else this.#underWayOf.set(lane.accountId, ofAccount);
    this.#underWay += by;
    lane.underWay += by;
  }

  #written(lane: Lane, attempted: readonly Attempted[], health: Health): void {
    lane.health = health;
    for (const { delivery, verdict } of attempted) {
      lane.window = windowAfter(lane.window, verdict.status === 'succeeded', health);
      lane.begun.delete(delivery.number);
      // Of what is ordered, the next one has become due.
      const dueMs =
        verdict.nextAttemptAtMs ??
        (delivery.ordered_by === null ? Number.POSITIVE_INFINITY : this.#deps.now());
      lane.dueMs = Math.min(lane.dueMs, dueMs);
    }
    const isGone = attempted.some(({ verdict }) => verdict.isGone);
    if (isGone || isGivenUp(health, this.#deps.now())) this.#disable(lane, isGone);
    this.#forgetIfIdle(lane);
    this.#pumpSoon();
  }

  #disable(lane: Lane, isGone: boolean): void {
    if (lane.isBeingDisabled) return;
    lane.isBeingDisabled = true;
    const reason = isGone
      ? 'It answered 410: it wants nothing any more.'
      : `Nothing has reached it since ${lane.health.failingSince}, in ${lane.health.failures} attempts.`;
    this.#deps
      .disable(lane.id, reason)
      .catch((error: unknown) =>
        this.#deps.log.error({ err: error, endpoint_id: lane.id }, 'a webhook endpoint cannot be disabled'),
      )
      .finally(() => {
        lane.isBeingDisabled = false;
      });
  }

  #forgetIfIdle(lane: Lane): void {
    const isIdle =
      lane.dueMs === Number.POSITIVE_INFINITY && lane.ready.length === 0 && lane.begun.size === 0;
    if (isIdle && !lane.isReading && !lane.isBeingDisabled) this.#lanes.delete(lane.id);
  }
}

function newLane(id: string, accountId: number): Lane {
  return {
    ...{ id, accountId, endpoint: null, health: { failingSince: null, failures: 0 } },
    ...{ ready: [], begun: new Set<number>(), underWay: 0, window: WINDOW.first },
    ...{ dueMs: Number.POSITIVE_INFINITY, isReading: false, changes: 0, isBeingDisabled: false },
  };
}

function notSent(error: string): Outcome {
  return { statusCode: null, error, retryAfter: undefined, durationMs: 0, answer: null };
}
