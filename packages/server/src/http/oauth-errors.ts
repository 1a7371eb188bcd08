import { ERRORS } from '@instavm/contract';
import type { FastifyReply } from 'fastify';
import { ApiError, sendError, type ValidationError } from './errors.ts';

/** RFC 6749 section 5.2: no quotes, no backslashes, ASCII alone. */
const NOT_IN_DESCRIPTION = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/**
 * An error as clients of OAuth read it: `error` and `error_description` in plain JSON, beside the members that every
 * error here has.
 */
export function sendOAuthError(reply: FastifyReply, error: ApiError): FastifyReply {
  const { status } = ERRORS[error.code];
  const { headers, extra } = error.options;
  const name = status >= 500 ? 'server_error' : 'invalid_request';
  return sendError(
    reply,
    new ApiError(error.code, error.message, {
      ...(headers ? { headers } : {}),
      extra: {
        error: status === 503 || status === 429 ? 'temporarily_unavailable' : name,
        error_description: error.message.replace(/["\\]/g, "'").replace(NOT_IN_DESCRIPTION, '?'),
        ...extra,
      },
    }),
    'application/json',
  );
}

/** A parameter that is missing, comes twice or is out of its bounds is 400 here. */
export function asOAuthError(error: ValidationError): ApiError {
  const [first] = error.issues;
  const name = first?.loc.slice(1).join('.') || 'the body';
  return new ApiError('invalid_exchange_request', `${name}: ${first?.msg ?? 'cannot be read'}.`);
}
