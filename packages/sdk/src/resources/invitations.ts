import type { CreatedInvitation, Invitation, InvitationCreate } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

export interface InvitationListOptions extends CallOptions {
  /** `open` unless said. */
  status?: 'open' | 'all' | undefined;
}

/** Links by which people join the account; they are accepted in the dashboard. */
export class Invitations {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  /** The only answer that holds `link`. */
  create(fields: InvitationCreate, call: OnceOptions = {}): Promise<CreatedInvitation> {
    return this.#send('POST', '/v1/invitations', { json: fields, ...once(call) });
  }

  list(options: InvitationListOptions = {}): Promise<Invitation[]> {
    const { status, ...call } = options;
    return this.#send('GET', '/v1/invitations', { query: { status }, ...call });
  }

  async revoke(id: number, call: CallOptions = {}): Promise<Invitation> {
    return this.#send('DELETE', path`/v1/invitations/${id}`, call);
  }
}
