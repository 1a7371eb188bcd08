import type { FastifyBaseLogger } from 'fastify';
import type { Principal } from '../auth/principal.ts';
import type { Actor } from '../db/feed.ts';

/** What a handler knows of its request beside its input. */
export interface RequestContext {
  principal: Principal;
  requestId: string;
  /** The caller's, as `peerOf` gives it. */
  address: string;
  /** User-Agent, cut to 200 characters. */
  client: string;
  receivedAtMs: number;
  /** The text of `Idempotency-Key`; null when the caller gave none. */
  idempotencyKey: string | null;
  /** Set once the answer turns out to be one that was given before. */
  isReplay: boolean;
  /** The machine and session of the caller's that it is about, once they are found; for what is counted of it. */
  used: { vmId: string | null; sessionId: string | null } | null;
  /** One for all requests: what is logged of one names `requestId`. */
  log: FastifyBaseLogger;
}

export function actorOf(context: RequestContext): Actor {
  const { principal } = context;
  return {
    type: principal.vmId === null ? principal.kind : 'sandbox_token',
    personId: principal.personId,
    id: String(principal.kind === 'api_key' ? principal.keyId : principal.personId),
    address: context.address,
    requestId: context.requestId,
  };
}
