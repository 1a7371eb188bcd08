import type { Principal } from '../auth/principal.ts';
import type { ServedRequest } from '../http/served-request.ts';
import { rememberedClientName } from './client-name.ts';
import { ClientRoom } from './client-room.ts';
import { Minute, type MinuteRow, otherUser, type User, type UserMinute } from './minute.ts';
import { MINUTE_SECONDS, stepStart } from './steps.ts';
import { DASHBOARD_KEY_ID, OTHER } from './subject.ts';
import { Tally } from './tally.ts';

/** What memory holds at most, whoever sends what and however long the database cannot be written. */
export interface Room {
  /** Counts of a key by route and client in a minute. */
  cells: number;
  cellsOfAccount: number;
  /** Keys in a minute. */
  users: number;
  usersOfAccount: number;
  minutes: number;
}

export const ROOM: Room = {
  cells: 20_000,
  cellsOfAccount: 5000,
  users: 10_000,
  usersOfAccount: 5000,
  minutes: 10,
};

/**
 * What was used and is not rolled up yet: counted here for each minute, written by `UsageWriter`. Where there is no
 * room to tell things apart they are counted together, so that sums stay exact: first clients and routes, then keys.
 */
export class UsageBuffer {
  readonly #minutes = new Map<number, Minute>();
  readonly #clientName = rememberedClientName();
  readonly #clients = new ClientRoom();
  readonly #cellsOfAccount = new Map<number, number>();
  readonly #usersOfAccount = new Map<number, number>();
  readonly #newBatch: () => number;
  readonly #room: Room;
  #cells = 0;
  #users = 0;
  #dropped = 0;
  #newest: Minute | null = null;

  /** `newBatch` gives a number that no other process and no earlier run has had. */
  constructor(newBatch: () => number, room = ROOM) {
    this.#newBatch = newBatch;
    this.#room = room;
  }

  /** Counts a request of a known caller. */
  note(served: ServedRequest): void {
    const { principal } = served;
    if (!principal) return;
    const endedMs = served.receivedAtMs + served.durationMs;
    const minute = this.#minuteAt(stepStart(endedMs / 1000, MINUTE_SECONDS));
    const place = placeOf(principal);
    const user = minute.users.get(place) ?? this.#newUser(minute, place, userOf(principal));
    if (!user) {
      this.#dropped++;
      return;
    }
    user.isDirty = true;
    const client = this.#clientName(served.client);
    const tally =
      user.routes.get(served.route)?.get(client) ?? this.#newTally(minute, place, user, served.route, client);
    tally.add(served);
    if (served.vmId === null) return;
    const name = user.routes.get(served.route)?.has(client) ? client : OTHER;
    this.#noteMachine(user, served.vmId, served.route, name)?.add(served);
  }

  /** Not rolled up yet, oldest first. */
  get minutes(): Minute[] {
    return [...this.#minutes.values()].sort((a, b) => a.at - b.at);
  }

  /** Of an account, with the batches that hold the same in the database. */
  unfinished(accountId: number): { batches: ReadonlySet<number>; rows: (MinuteRow & { at: number })[] } {
    const minutes = this.minutes;
    return {
      batches: new Set(minutes.map(({ batch }) => batch)),
      rows: minutes.flatMap((minute) =>
        [...minute.rows(accountId)].map((row) => ({ ...row, at: minute.at })),
      ),
    };
  }

  /** Everything of it is in the database, and its time is over. */
  forget(minute: Minute): void {
    if (!this.#minutes.delete(minute.at)) return;
    if (this.#newest === minute) this.#newest = null;
    for (const { accountId, routes, machines } of minute.users.values()) {
      let cells = machines.size;
      for (const clients of routes.values()) cells += clients.size;
      this.#cells -= cells;
      add(this.#cellsOfAccount, accountId, -cells);
      this.#users--;
      add(this.#usersOfAccount, accountId, -1);
    }
  }

  /** For the server's own metrics. */
  get size(): { cells: number; users: number; minutes: number; dropped: number } {
    return {
      cells: this.#cells,
      users: this.#users,
      minutes: this.#minutes.size,
      dropped: this.#dropped,
    };
  }

  #minuteAt(at: number): Minute {
    if (this.#newest?.at === at) return this.#newest;
    const known = this.#minutes.get(at);
    if (known) return known;
    // So long without a writable database: the newest minute takes what comes.
    if (this.#minutes.size >= this.#room.minutes && this.#newest) return this.#newest;
    const minute = new Minute(at, this.#newBatch());
    this.#minutes.set(at, minute);
    this.#newest = minute;
    return minute;
  }

  #newUser(minute: Minute, place: number | string, user: User): UserMinute | null {
    const ofAccount = this.#usersOfAccount.get(user.accountId) ?? 0;
    const hasRoom = this.#users < this.#room.users && ofAccount < this.#room.usersOfAccount;
    if (hasRoom) return this.#addUser(minute, place, user);
    const others = `other ${user.accountId} ${user.environment}`;
    const known = minute.users.get(others);
    if (known) return known;
    return this.#users < 2 * this.#room.users ? this.#addUser(minute, others, otherUser(user)) : null;
  }

  #addUser(minute: Minute, place: number | string, user: User): UserMinute {
    this.#users++;
    add(this.#usersOfAccount, user.accountId, 1);
    return minute.user(place, user);
  }

  #newTally(minute: Minute, place: number | string, user: UserMinute, route: string, client: string): Tally {
    const hasRoom = this.#hasRoomFor(user);
    const name = hasRoom ? this.#clients.nameFor(place, client, minute.at) : OTHER;
    const byClient = entry(user.routes, hasRoom ? route : OTHER, () => new Map<string, Tally>());
    const known = byClient.get(name);
    if (known) return known;
    this.#countCell(user);
    return entry(byClient, name, () => new Tally());
  }

  #noteMachine(user: UserMinute, vmId: string, route: string, client: string): Tally | null {
    const place = `${vmId} ${route} ${client}`;
    const known = user.machines.get(place);
    if (known) return known.tally;
    if (!this.#hasRoomFor(user)) return null;
    this.#countCell(user);
    const tally = new Tally();
    user.machines.set(place, { vmId, route, client, tally });
    return tally;
  }

  #hasRoomFor({ accountId }: User): boolean {
    const ofAccount = this.#cellsOfAccount.get(accountId) ?? 0;
    return this.#cells < this.#room.cells && ofAccount < this.#room.cellsOfAccount;
  }

  #countCell({ accountId }: User): void {
    this.#cells++;
    add(this.#cellsOfAccount, accountId, 1);
  }
}

function placeOf(principal: Principal): number | string {
  return principal.kind === 'api_key' ? principal.keyId : `dashboard ${principal.accountId}`;
}

function userOf({ accountId, keyId, environment }: Principal): User {
  return { accountId, keyId: keyId ?? DASHBOARD_KEY_ID, environment: environment ?? '' };
}

function add(counts: Map<number, number>, id: number, by: number): void {
  const sum = (counts.get(id) ?? 0) + by;
  if (sum === 0) counts.delete(id);
  else counts.set(id, sum);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
