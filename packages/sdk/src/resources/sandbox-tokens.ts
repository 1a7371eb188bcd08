import type {
  CreatedSandboxToken,
  RevokedSandboxToken,
  SandboxToken,
  SandboxTokenCreate,
} from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

/** Credentials of one machine (`instavm_st_...`), which end with it. */
export class SandboxTokens {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** The only answer that holds `token`. */
  async create(
    vmId: string,
    fields: SandboxTokenCreate = {},
    options: OnceOptions = {},
  ): Promise<CreatedSandboxToken> {
    return this.#send('POST', path`/v1/vms/${vmId}/tokens`, { json: fields, ...once(options) });
  }

  async list(vmId: string, call: CallOptions = {}): Promise<SandboxToken[]> {
    return this.#send('GET', path`/v1/vms/${vmId}/tokens`, call);
  }

  async revoke(vmId: string, tokenId: number, call: CallOptions = {}): Promise<RevokedSandboxToken> {
    return this.#send('DELETE', path`/v1/vms/${vmId}/tokens/${tokenId}`, { repeatable: true, ...call });
  }
}
