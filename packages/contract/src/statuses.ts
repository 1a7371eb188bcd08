import { ERROR_CODES, ERRORS, type ErrorCode } from './errors.ts';
import type { Operation } from './operation.ts';

const ANY_REQUEST = [429, 431, 500];
const WITH_CREDENTIAL = [400, 401, 403];
const WITH_BODY = [400, 413, 415, 422];

/** Every status of an error that the operation can answer, ascending. */
export function errorStatuses({ credential, request, built, errors = [] }: Operation): number[] {
  const statuses = new Set([
    ...ANY_REQUEST,
    ...errors,
    ...(credential === 'none' ? [] : WITH_CREDENTIAL),
    ...(request?.body ? WITH_BODY : []),
    ...(request?.query ? [422] : []),
    ...(built ? [] : [501]),
  ]);
  return [...statuses].sort((a, b) => a - b);
}

/** The codes that an answer of this status can carry. */
export function codesOf(status: number): ErrorCode[] {
  return ERROR_CODES.filter((code) => ERRORS[code].status === status);
}
