import { ERROR_CODES, ERRORS, type ErrorCode } from './errors.ts';
import type { Operation } from './operation.ts';

// A key in the address (400) and a connection without encryption (403) are refused anywhere.
const ANY_REQUEST = [400, 403, 429, 431, 500];
const WITH_CREDENTIAL = [401, 503];
const WITH_BODY = [400, 413, 415, 422];

/** Every status of an error that the operation can answer, ascending. */
export function errorStatuses(operation: Operation): number[] {
  const { credential, request, built, isRepeatable, errors = [] } = operation;
  const statuses = new Set([
    ...ANY_REQUEST,
    ...errors,
    ...(credential === 'none' ? [] : WITH_CREDENTIAL),
    ...(request?.body ? WITH_BODY : []),
    ...(request?.query ? [422] : []),
    ...(isRepeatable ? [409, 422] : []),
    ...(built ? [] : [501]),
  ]);
  return [...statuses].sort((a, b) => a - b);
}

/** The codes that an answer of this status can carry. */
export function codesOf(status: number): ErrorCode[] {
  return ERROR_CODES.filter((code) => ERRORS[code].status === status);
}
