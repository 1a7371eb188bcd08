import type { Operations, SshKey } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

/** Public SSH keys of the account. */
export class SshKeys {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** One line as in authorized_keys. */
  create(publicKey: string, call: OnceOptions = {}): Promise<SshKey> {
    return this.#send('POST', '/v1/ssh-keys', { json: { public_key: publicKey }, ...once(call) });
  }

  async list(call: CallOptions = {}): Promise<SshKey[]> {
    const { keys } = await this.#send<Operations['sshKeys.list']['response']>('GET', '/v1/ssh-keys', call);
    return keys;
  }

  async delete(id: number, call: CallOptions = {}): Promise<Operations['sshKeys.delete']['response']> {
    return this.#send('DELETE', path`/v1/ssh-keys/${id}`, call);
  }
}
