import { OTHER_KEY_ID, type Subject, type SubjectKind, subjectKey } from './subject.ts';
import { Tally } from './tally.ts';

/** Who used something: a key, the dashboard of an account, or the keys for which there was no room. */
export interface User {
  accountId: number;
  keyId: number;
  environment: string;
}

/** Counts of one user in one minute. */
export interface UserMinute extends User {
  /** By route, then by client. */
  routes: Map<string, Map<string, Tally>>;
  machines: Map<string, { vmId: string; route: string; client: string; tally: Tally }>;
  /** Something was counted since it was last written. */
  isDirty: boolean;
}

/** Counts of a subject up to now; a later one replaces it. */
export interface MinuteRow {
  subject: Subject;
  tally: Tally;
}

/**
 * What was counted in one minute by this process. It is written again and again until the minute is over, always
 * whole and under its own `batch`: what is written twice counts once.
 */
export class Minute {
  /** Seconds since 1970. */
  readonly at: number;
  readonly batch: number;
  readonly users = new Map<number | string, UserMinute>();

  constructor(at: number, batch: number) {
    this.at = at;
    this.batch = batch;
  }

  user(place: number | string, { accountId, keyId, environment }: User): UserMinute {
    const user = {
      ...{ accountId, keyId, environment },
      routes: new Map(),
      machines: new Map(),
      isDirty: true,
    };
    this.users.set(place, user);
    return user;
  }

  get isDirty(): boolean {
    for (const user of this.users.values()) if (user.isDirty) return true;
    return false;
  }

  /** Every subject of the account, or of all of them. */
  *rows(accountId?: number): Generator<MinuteRow> {
    for (const user of this.users.values()) {
      if (accountId === undefined || user.accountId === accountId) yield* rowsOfUser(user);
    }
    yield* this.#rowsOfEnvironments((user) => accountId === undefined || user.accountId === accountId);
  }

  /** The subjects whose counts have changed since the last time; they count as written from now on. */
  takeChanged(): MinuteRow[] {
    const changed = new Set<string>();
    const rows: MinuteRow[] = [];
    for (const user of this.users.values()) {
      if (!user.isDirty) continue;
      user.isDirty = false;
      changed.add(placeOf(user));
      for (const row of rowsOfUser(user)) rows.push(row);
    }
    for (const row of this.#rowsOfEnvironments((user) => changed.has(placeOf(user)))) rows.push(row);
    return rows;
  }

  /** What was taken could not be written. */
  putBack(): void {
    for (const user of this.users.values()) user.isDirty = true;
  }

  /** Environments are told apart after the fact: that is cheaper than to count each request once more. */
  #rowsOfEnvironments(isAsked: (user: UserMinute) => boolean): Iterable<MinuteRow> {
    const rows = new Map<string, MinuteRow>();
    for (const user of this.users.values()) {
      if (!isAsked(user)) continue;
      for (const { subject, tally } of rowsOfUser(user)) {
        const kind = KIND_OF_ENVIRONMENT[subject.kind];
        if (kind) sum(rows, { ...subject, kind, keyId: 0 }, tally);
      }
    }
    return rows.values();
  }
}

const KIND_OF_ENVIRONMENT: Partial<Record<SubjectKind, SubjectKind>> = {
  key: 'environment',
  key_route: 'environment_route',
  key_client: 'environment_client',
};

function* rowsOfUser({ accountId, keyId, environment, routes, machines }: UserMinute): Generator<MinuteRow> {
  const base = { accountId, keyId, environment, vmId: '', route: '', client: '' };
  const all: MinuteRow = { subject: { ...base, kind: 'key' }, tally: new Tally() };
  const clients = new Map<string, MinuteRow>();
  for (const [route, byClient] of routes) {
    const ofRoute: MinuteRow = { subject: { ...base, kind: 'key_route', route }, tally: new Tally() };
    for (const [client, tally] of byClient) {
      ofRoute.tally.merge(tally);
      sum(clients, { ...base, kind: 'key_client', client }, tally);
    }
    all.tally.merge(ofRoute.tally);
    yield ofRoute;
  }
  yield all;
  yield* clients.values();
  for (const { vmId, route, client, tally } of machines.values()) {
    yield { subject: { ...base, kind: 'machine', vmId, route, client }, tally };
  }
}

function sum(rows: Map<string, MinuteRow>, subject: Subject, tally: Tally): void {
  const place = subjectKey(subject);
  let row = rows.get(place);
  if (!row) {
    row = { subject, tally: new Tally() };
    rows.set(place, row);
  }
  row.tally.merge(tally);
}

function placeOf({ accountId, environment }: User): string {
  return `${accountId} ${environment}`;
}

/** Where the keys of an environment are counted for which there was no room. */
export function otherUser({ accountId, environment }: User): User {
  return { accountId, environment, keyId: OTHER_KEY_ID };
}
