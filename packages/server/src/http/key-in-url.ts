import { operations } from '@instavm/contract';
import { findSecrets } from '@instavm/keyformat';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readCredential } from '../auth/credential.ts';
import { ApiError } from './errors.ts';
import { peerOf } from './peer-address.ts';

export interface KeyInUrlDeps {
  /** Told of every text with the form of a key that stood in an address. A failure is logged and changes no answer. */
  noteSeenInUrl(keyText: string, address: string): Promise<unknown>;
}

const KEYS_MAX = 4;

/**
 * A key in an address (path, query or `Referer`) is in logs and histories on its way: it is never read as a
 * credential, its owner is told, and a request that has it in its own address is refused. The two terminal sockets
 * are the exception, because the published client sends it there.
 */
export function refuseKeyInUrl(app: FastifyInstance, deps: KeyInUrlDeps): void {
  const sockets = new Set(operations.filter((op) => op.credential === 'query').map((op) => routeOf(op.path)));
  app.addHook('onRequest', (request, _reply, done) => {
    const url = request.raw.url ?? '';
    const referer = request.headers.referer ?? '';
    if (!mayHoldKey(url) && !mayHoldKey(referer)) return done();
    if (sockets.has(request.routeOptions.url ?? '')) return done();
    const inUrl = keysIn(url);
    note(deps, request, new Set([...inUrl, ...keysIn(referer)])).then(() => {
      const isOnlyWarned = inUrl.length === 0 || readCredential(request.raw.rawHeaders).kind === 'none';
      done(isOnlyWarned && isApi(request) ? undefined : inUrl.length > 0 ? refused() : undefined);
    }, done);
  });
}

/** There the credential step refuses it as a request without a key. */
function isApi(request: FastifyRequest): boolean {
  return request.routeOptions.url !== undefined && request.routeOptions.url !== '/*';
}

function refused(): ApiError {
  return new ApiError(
    'key_in_url',
    'An API key is part of the address of this request, where logs keep it. Send it in X-API-Key instead, and rotate this key.',
  );
}

function mayHoldKey(text: string): boolean {
  return /instavm_s[kt]_/.test(text) || /%(5f|69|73)/i.test(text);
}

function keysIn(text: string): string[] {
  return [...new Set([text, decoded(text)])].flatMap((form) => findSecrets(form).map(({ secret }) => secret));
}

/** Piece by piece, because one broken escape must not hide a key. */
function decoded(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function routeOf(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

async function note(deps: KeyInUrlDeps, request: FastifyRequest, keys: Set<string>): Promise<void> {
  const { address } = peerOf(request);
  for (const key of [...keys].slice(0, KEYS_MAX)) {
    try {
      await deps.noteSeenInUrl(key, address);
    } catch (error) {
      request.log.error(
        { err: error, request_id: request.id },
        'a key that stood in an address was not noted',
      );
    }
  }
}
