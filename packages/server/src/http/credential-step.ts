import { INVALID_CREDENTIAL_DETAIL, RATE_LIMIT_DETAIL } from '@instavm/contract';
import type { FastifyRequest } from 'fastify';
import type { AuthenticationResult, Authenticator } from '../auth/authenticate.ts';
import { cutBlanks, readCredential } from '../auth/credential.ts';
import type { FailedAttempts } from '../auth/failed-attempts.ts';
import type { KeyPrincipal } from '../auth/principal.ts';
import { ABNORMAL_USAGE, VIOLATED_POLICIES } from '../limits/fields.ts';
import { ApiError } from './errors.ts';
import { peerOf } from './peer-address.ts';

export interface CredentialDeps {
  authenticate: Authenticator;
  failedAttempts: FailedAttempts;
}

/** Headers (or, on a terminal socket, the named query parameter) -> principal. Throws 400 or 401. */
export function authenticateHeaders(
  deps: CredentialDeps,
  request: FastifyRequest,
  queryName?: string,
): KeyPrincipal {
  const credential = readCredential(request.raw.rawHeaders);
  if (credential.kind === 'conflict') throw conflicting();
  const query = queryName ? (request.query as Record<string, unknown>)[queryName] : undefined;
  if (
    query !== undefined &&
    (typeof query !== 'string' || (credential.kind === 'key' && credential.text !== query))
  ) {
    throw conflicting();
  }
  if (credential.kind === 'key')
    return accept(deps, request, deps.authenticate(credential.text, credential.source));
  if (typeof query === 'string') return accept(deps, request, deps.authenticate(query, 'body'));
  throw unauthorized('invalid_api_key');
}

/** Starting a session reads the key from the body, because the published client sends no header there. */
export function authenticateBody(deps: CredentialDeps, request: FastifyRequest): KeyPrincipal {
  const credential = readCredential(request.raw.rawHeaders);
  const body = request.body as { api_key?: unknown } | null | undefined;
  const inBody = typeof body?.api_key === 'string' ? cutBlanks(body.api_key) : null;
  if (credential.kind === 'conflict') throw conflicting();
  if (credential.kind === 'key' && inBody !== null && credential.text !== inBody) throw conflicting();
  if (inBody !== null) return accept(deps, request, deps.authenticate(inBody, 'body'));
  if (credential.kind === 'key')
    return accept(deps, request, deps.authenticate(credential.text, credential.source));
  throw unauthorized('invalid_api_key');
}

function accept(deps: CredentialDeps, request: FastifyRequest, result: AuthenticationResult): KeyPrincipal {
  if (result.ok) return result.principal;
  const waitSeconds =
    result.guessedId === null ? null : deps.failedAttempts(result.guessedId, peerOf(request).address);
  if (waitSeconds !== null) {
    throw new ApiError('rate_limit_exceeded', RATE_LIMIT_DETAIL, {
      headers: { 'retry-after': String(waitSeconds) },
      extra: {
        type: ABNORMAL_USAGE,
        [VIOLATED_POLICIES]: ['failed-authentication'],
        retry_after: waitSeconds,
        reason:
          'Too many wrong API keys for this id or from this network. A right key is accepted at any time.',
      },
    });
  }
  throw unauthorized(result.code);
}

/** One body for every bad key; `code` differs only for the holder of the right secret. */
export function unauthorized(code: Exclude<AuthenticationResult, { ok: true }>['code']): ApiError {
  return new ApiError(code, INVALID_CREDENTIAL_DETAIL, {
    headers: { 'www-authenticate': 'Bearer realm="instavm", error="invalid_token"' },
  });
}

function conflicting(): ApiError {
  return new ApiError(
    'conflicting_credentials',
    'The request holds more than one API key. Send one: in X-API-Key, or as Authorization: Bearer.',
  );
}
