import { DAY_SECONDS } from './steps.ts';
import { OTHER } from './subject.ts';

/** Clients of one key in one day; whoever sends another name with each request has them counted together. */
export const CLIENTS_OF_KEY_MAX = 50;
/** Beyond it the day begins anew: memory is bounded, and nearly as few names are told apart. */
const KEYS_MAX = 20_000;

/**
 * Which clients of a key are told apart: the first ones of each day. Else every made-up name would leave rows behind
 * that are kept for years.
 */
export class ClientRoom {
  #day = Number.NaN;
  readonly #known = new Map<number | string, Set<string>>();

  /** The client, or `other`. `at` is in seconds since 1970. */
  nameFor(place: number | string, client: string, at: number): string {
    const day = Math.floor(at / DAY_SECONDS);
    if (day !== this.#day || this.#known.size >= KEYS_MAX) {
      this.#day = day;
      this.#known.clear();
    }
    let clients = this.#known.get(place);
    if (!clients) {
      clients = new Set();
      this.#known.set(place, clients);
    }
    if (clients.has(client)) return client;
    if (clients.size >= CLIENTS_OF_KEY_MAX) return OTHER;
    clients.add(client);
    return client;
  }
}
