import { NetworkError } from '../core/errors.ts';
import { causesOf } from './causes.ts';

export function timedOut(timeoutMs: number, cause: unknown): NetworkError {
  return new NetworkError({
    code: 'timeout',
    title: 'No answer in time',
    detail: `No answer within ${timeoutMs / 1000} s`,
    hint: 'The server may still be at work: look before you send it again, or allow more time',
    cause,
  });
}

export function connectionFailed(baseUrl: string, cause: unknown): NetworkError {
  const innermost = causesOf(cause).at(-1) ?? cause;
  return new NetworkError({
    code: 'connection_failed',
    title: 'Connection failed',
    detail: `No connection to ${baseUrl}`,
    reason: innermost instanceof Error ? innermost.message : String(innermost),
    hint: 'Check that the server runs and that the base URL is right',
    cause,
  });
}
