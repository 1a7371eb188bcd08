import type { EndedSessions, Member, RemovedMember, SignInSession } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import type { CallOptions } from './call-options.ts';

export interface MemberRemoveOptions extends CallOptions {
  /** What happens to their API keys: `revoke`, `member:ID` or `service_account:ID`. Needed when there are any. */
  keys?: string | undefined;
}

/** People of the account. */
export class Members {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  list(call: CallOptions = {}): Promise<Member[]> {
    return this.#send('GET', '/v1/members', call);
  }

  async changeRole(personId: number, role: Member['role'], call: CallOptions = {}): Promise<Member> {
    return this.#send('PATCH', path`/v1/members/${personId}`, { json: { role }, repeatable: true, ...call });
  }

  /** Every key of theirs is refused from the next request on; keys of service accounts are not. */
  async suspend(personId: number, call: CallOptions = {}): Promise<Member> {
    return this.#send('POST', path`/v1/members/${personId}/suspend`, { repeatable: true, ...call });
  }

  async resume(personId: number, call: CallOptions = {}): Promise<Member> {
    return this.#send('POST', path`/v1/members/${personId}/resume`, { repeatable: true, ...call });
  }

  /** Where they are signed in to the dashboard. */
  async listSessions(personId: number, call: CallOptions = {}): Promise<SignInSession[]> {
    return this.#send('GET', path`/v1/members/${personId}/sessions`, call);
  }

  /** Signs them out everywhere. Their keys are not touched. */
  async endSessions(personId: number, call: CallOptions = {}): Promise<EndedSessions> {
    return this.#send('DELETE', path`/v1/members/${personId}/sessions`, { repeatable: true, ...call });
  }

  async remove(personId: number, options: MemberRemoveOptions = {}): Promise<RemovedMember> {
    const { keys, ...call } = options;
    return this.#send('DELETE', path`/v1/members/${personId}`, { query: { keys }, ...call });
  }
}
