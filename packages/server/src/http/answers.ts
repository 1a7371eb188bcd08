import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { ActorDiedError } from '../db/mutation.ts';
import { unauthorized } from './credential-step.ts';
import { ApiError, notFound, sendError, sendValidationError, ValidationError } from './errors.ts';
import { asOAuthError, sendOAuthError } from './oauth-errors.ts';

/** Body parsing, headers of every answer, and errors -> answers. */
export function installAnswers(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    // A request that announces JSON and sends nothing has no body.
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text as string));
    } catch {
      done(
        new ApiError(
          'malformed_json',
          'The body is not valid JSON. Check quotes and commas, and that all of it was sent.',
        ),
      );
    }
  });

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cache-control', 'no-store');
    done();
  });

  app.setErrorHandler((error: FastifyError | Error, request, reply) => {
    const isOAuth = request.routeOptions.config.errorShape === 'oauth';
    if (error instanceof ValidationError && !isOAuth) return sendValidationError(reply, error.issues);
    const known = error instanceof ValidationError ? asOAuthError(error) : answerOf(error, request);
    return isOAuth ? sendOAuthError(reply, known) : sendError(reply, known);
  });

  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'TRACE') {
      return sendError(
        reply,
        new ApiError('method_not_allowed', 'TRACE is not possible here.', {
          headers: { allow: 'GET, POST' },
        }),
      );
    }
    return sendError(reply, notFound('path'));
  });
}

/** What the caller is told; what is nobody's to know goes to the log. */
function answerOf(error: FastifyError | Error, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ActorDiedError) return unauthorized(error.code);
  const known = ofFramework(error as FastifyError);
  if (known) return known;
  request.log.error(
    { err: error, request_id: request.id, method: request.method, path: pathOf(request.url) },
    'a request failed',
  );
  if (isStoreUnavailable(error)) return storeUnavailable();
  return new ApiError('internal_error', `The server made a mistake. Its log has more under ${request.id}.`);
}

/** The framework's own refusals in our words. */
function ofFramework(error: FastifyError): ApiError | null {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ApiError(
        'payload_too_large',
        'The body is larger than this operation takes. Upload large data as a file.',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ApiError(
        'unsupported_media_type',
        'This content type is not taken here; send application/json.',
      );
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ApiError('malformed_request', 'The body is shorter or longer than its Content-Length says.');
    default:
      return error.statusCode && error.statusCode >= 400 && error.statusCode < 500
        ? new ApiError('malformed_request', `The request cannot be read: ${error.message}`)
        : null;
  }
}

/** Result codes of SQLite that say nothing of the request: busy, locked, input or output, full, cannot open, protocol. */
const STORE_UNAVAILABLE = new Set([5, 6, 10, 13, 14, 15]);

function isStoreUnavailable(error: Error): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && STORE_UNAVAILABLE.has(errcode & 0xff);
}

function storeUnavailable(): ApiError {
  const detail = 'The database cannot be written or read just now. Nothing was changed; try again shortly.';
  return new ApiError('store_unavailable', detail, { headers: { 'retry-after': '1' } });
}

/** Without the query, which may hold a key. */
function pathOf(url: string): string {
  return url.split('?', 1)[0]!;
}
