import type {
  Account as AccountRecord,
  AccountUpdate,
  ClosedAccount,
  EnvironmentSettings,
  EnvironmentSettingsUpdate,
} from '../generated/types.ts';
import { path } from '../internal/path.ts';
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
    return this.#send('PATCH', '/v1/account', { json: fields, repeatable: true, ...call });
  }

  /** What differs from the account in each environment; null follows the account. */
  listEnvironments(call: CallOptions = {}): Promise<EnvironmentSettings[]> {
    return this.#send('GET', '/v1/account/environments', call);
  }

  /** An absent field stays as it is; null follows the account. */
  async updateEnvironment(
    environment: EnvironmentSettings['environment'],
    fields: EnvironmentSettingsUpdate,
    call: CallOptions = {},
  ): Promise<EnvironmentSettings> {
    return this.#send('PATCH', path`/v1/account/environments/${environment}`, {
      json: fields,
      repeatable: true,
      ...call,
    });
  }

  /** Final: ends every key and machine. `name` is the account's, as a proof that this one is meant. */
  close(name: string, call: CallOptions = {}): Promise<ClosedAccount> {
    return this.#send('DELETE', '/v1/account', { json: { name }, ...call });
  }
}
