import { ERRORS } from '@instavm/contract';
import { parseCredential } from '@instavm/keyformat';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readCredential } from '../auth/credential.ts';
import { ActorDiedError } from '../db/mutation.ts';
import { ApiError } from '../http/errors.ts';
import { peerOf } from '../http/peer-address.ts';
import type { Refusals, RefusedSubject } from './refusals.ts';

export interface NoteRefusalsDeps {
  refusals: Pick<Refusals, 'note'>;
  /** What is known of a key by its 12 public characters; `isProven` is not its to say. */
  knownKey(publicId: string): Omit<RefusedSubject, 'isProven'> | undefined;
  now(): number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operationId?: string;
    errorShape?: 'problem' | 'oauth';
  }
}

const REFUSED = new Set([401, 403, 429]);

/**
 * Tells `refusals` of every request that is answered with 401, 403 or 429. Whether a key is known is looked up after
 * the answer: else its time would tell a stranger which keys exist.
 */
export function noteRefusals(app: FastifyInstance, deps: NoteRefusalsDeps): void {
  app.addHook('onError', (request, _reply, error, done) => {
    const code = error instanceof ApiError || error instanceof ActorDiedError ? error.code : null;
    if (code && REFUSED.has(ERRORS[code].status)) {
      const publicId = request.principal ? null : sentKeyId(request);
      const seen = {
        code,
        operation: operationOf(request),
        address: peerOf(request).address,
        requestId: request.id,
        atMs: deps.now(),
      };
      setImmediate(() => {
        deps.refusals.note({ ...seen, subject: subjectOf(deps, request, code, publicId) });
      });
    }
    done();
  });
}

function operationOf({ method, routeOptions }: FastifyRequest): string {
  return routeOptions.config.operationId ?? `${method} ${routeOptions.url ?? 'elsewhere'}`;
}

/** The public part of what stands where a key is read; nothing is kept of a text that is no whole key. */
function sentKeyId(request: FastifyRequest): string | null {
  const credential = readCredential(request.raw.rawHeaders);
  if (credential.kind === 'key') return parseCredential(credential.text)?.publicId ?? null;
  const { api_key: elsewhere } = (request.body ?? request.query ?? {}) as { api_key?: unknown };
  return typeof elsewhere === 'string' ? (parseCredential(elsewhere.trim())?.publicId ?? null) : null;
}

function subjectOf(
  deps: NoteRefusalsDeps,
  { principal }: FastifyRequest,
  code: string,
  publicId: string | null,
): RefusedSubject | null {
  if (principal) {
    const { accountId, environment, keyId, personId, vmId } = principal;
    return { accountId, environment, keyId, personId, vmId, isProven: true };
  }
  const known = publicId === null ? undefined : deps.knownKey(publicId);
  // Only the right secret is ever told why a key is refused.
  return known ? { ...known, isProven: code.startsWith('key_') || code === 'account_suspended' } : null;
}
