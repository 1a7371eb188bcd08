import type { Account as AccountRecord, AccountUpdate, ClosedAccount } from '../generated/types.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

/** The account that the key belongs to. */
export class Account {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  get(call: CallOptions = {}): Promise<AccountRecord> {
    return this.#send('GET', '/v1/account', call);
  }

  /** An absent field stays as it is. */
  update(fields: AccountUpdate, call: CallOptions = {}): Promise<AccountRecord> {
    return this.#send('PATCH', '/v1/account', { json: fields, ...call });
  }

  /** Final: ends every key and machine. `name` is the account's, as a proof that this one is meant. */
  close(name: string, call: CallOptions = {}): Promise<ClosedAccount> {
    return this.#send('DELETE', '/v1/account', { json: { name }, ...call });
  }
}
