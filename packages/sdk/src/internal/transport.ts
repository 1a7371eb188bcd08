import { checkKeyText } from '@instavm/keyformat';
import { AuthenticationError, InstaVMError, NetworkError } from '../core/errors.ts';
import { errorOfResponse } from './error-of-response.ts';
import { retryDelayMs } from './retry.ts';
import { sleep } from './sleep.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  json?: object;
  /** URL-encoded when URLSearchParams, multipart when FormData. */
  form?: URLSearchParams | FormData;
  headers?: Record<string, string>;
  /** Ends the wait; the caller then gets the signal's own reason. */
  signal?: AbortSignal | undefined;
  /** Instead of the client's; covers every attempt together. */
  timeoutMs?: number | undefined;
  /** Sent twice it does no more than once, so it is sent again when its answer was lost. True for GET unless said. */
  repeatable?: boolean;
  /** The answer as it comes, without waiting for its end or reading it as JSON; `timeoutMs` covers it to its end. */
  streamed?: boolean;
  /** False: the request needs no key, and none is sent. */
  withKey?: boolean;
}

/** One request and its parsed answer. `path` is already encoded. */
export type Transport = <Answer>(method: Method, path: string, options?: RequestOptions) => Promise<Answer>;

export interface TransportSettings {
  apiKey: string;
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  userAgent: string;
  maxRetries: number;
  random: () => number;
  onRetry: ((retry: Retry) => void) | undefined;
  onKeyExpiring: ((seconds: number) => void) | undefined;
}

/** A request that failed and is about to be sent again. */
export interface Retry {
  error: InstaVMError;
  delayMs: number;
  /** 1 for the first repetition. */
  attempt: number;
}

/** Seconds until the key ends; the server sends it in the last 14 days. */
const EXPIRES_IN_HEADER = 'x-key-expires-in';

/** Sends with the key in X-API-Key, follows no redirect, and turns everything but a 2xx into an InstaVMError. */
export function createTransport(settings: TransportSettings): Transport {
  return async <Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> => {
    if (options.withKey !== false) requireSendableKey(settings.apiKey);
    const callersSignals = [settings.signal, options.signal].filter((signal) => signal !== undefined);
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
    const signal = AbortSignal.any([...callersSignals, AbortSignal.timeout(timeoutMs)]);
    const repeatable = options.repeatable ?? method === 'GET';
    for (let attempt = 0; ; attempt++) {
      try {
        return await sendOnce<Answer>(settings, method, path, options, signal);
      } catch (failure) {
        for (const given of callersSignals) given.throwIfAborted();
        const error = asError(failure, settings.baseUrl, signal.aborted ? timeoutMs : null);
        const delayMs = retryDelayMs(error, repeatable, attempt, settings.random);
        if (delayMs === null || attempt >= settings.maxRetries) throw error;
        settings.onRetry?.({ error, delayMs, attempt: attempt + 1 });
        await sleep(delayMs, signal).catch(() => {
          for (const given of callersSignals) given.throwIfAborted();
          throw error;
        });
      }
    }
  };
}

async function sendOnce<Answer>(
  settings: TransportSettings,
  method: Method,
  path: string,
  options: RequestOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const url = settings.baseUrl + path + queryText(options.query);
  const response = await settings.fetch(url, { ...requestInit(settings, method, options), signal });
  const { ok, status, statusText, headers } = response;
  const expiresIn = headers.get(EXPIRES_IN_HEADER);
  if (expiresIn !== null && /^\d{1,9}$/.test(expiresIn)) settings.onKeyExpiring?.(Number(expiresIn));
  if (ok && options.streamed) return (response.body ?? new Blob().stream()) as Answer;
  const body = parse(await response.text());
  if (ok) return body as Answer;
  throw errorOfResponse({ status, statusText, headers, body }, settings.apiKey);
}

function asError(failure: unknown, baseUrl: string, timedOutAfterMs: number | null): InstaVMError {
  if (failure instanceof InstaVMError) return failure;
  return timedOutAfterMs === null ? connectionFailed(baseUrl, failure) : timedOut(timedOutAfterMs, failure);
}

function requestInit(settings: TransportSettings, method: Method, options: RequestOptions): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': settings.userAgent,
    ...options.headers,
  };
  if (options.withKey !== false) headers['x-api-key'] = settings.apiKey;
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  const body = options.json === undefined ? options.form : JSON.stringify(options.json);
  return { method, headers, redirect: 'manual', ...(body !== undefined && { body }) };
}

/** A key that cannot be a header would fail inside fetch, with a message that quotes it. */
function requireSendableKey(apiKey: string): void {
  if (apiKey === '') {
    throw new AuthenticationError({
      code: 'no_api_key',
      detail: 'API key not set',
      hint: 'Give the key as first argument: new InstaVM(apiKey)',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    const check = checkKeyText(apiKey);
    throw new AuthenticationError({
      code: 'malformed_api_key',
      detail: 'Invalid API key or session expired',
      reason: check.ok ? null : check.problem,
      hint: 'Copy the whole key again',
    });
  }
}

function queryText(query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function timedOut(timeoutMs: number, cause: unknown): NetworkError {
  return new NetworkError({
    code: 'timeout',
    title: 'No answer in time',
    detail: `No answer within ${timeoutMs / 1000} s`,
    hint: 'The server may still be at work: look before you send it again, or allow more time',
    cause,
  });
}

function connectionFailed(baseUrl: string, cause: unknown): NetworkError {
  return new NetworkError({
    code: 'connection_failed',
    title: 'Connection failed',
    detail: `No connection to ${baseUrl}`,
    reason: innermostMessage(cause),
    hint: 'Check that the server runs and that the base URL is right',
    cause,
  });
}

// fetch says only "fetch failed"; what failed is in the chain of causes.
function innermostMessage(error: unknown): string {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error) current = current.cause;
  if (current instanceof AggregateError && current.errors.length > 0)
    return innermostMessage(current.errors[0]);
  return current instanceof Error ? current.message : String(current);
}
