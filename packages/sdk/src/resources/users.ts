import type { User } from '../generated/types.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export class Users {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** Who the key belongs to. */
  me(call: CallOptions = {}): Promise<User> {
    return this.#send('GET', '/v1/users/me', call);
  }
}
