import { AuthenticationError, InstaVMError } from '../core/errors.ts';
import { giveHint } from './error-message.ts';
import { errorOfResponse } from './error-of-response.ts';
import type { KeySource } from './key-source.ts';
import { connectionFailed, timedOut } from './network-errors.ts';
import { decideRetry, isLost, type RetryBounds, type RetryReason, type RetryState } from './retry.ts';
import { abortable, sleep } from './sleep.ts';

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
  /** Of each attempt alone, so that waits between them take nothing of it; an attempt that takes longer is the last. */
  attemptTimeoutMs?: number | undefined;
  /** Sent twice it does no more than once, so it is sent again when its answer was lost. True for GET unless said. */
  repeatable?: boolean;
  /** The answer as it comes, without waiting for its end or reading it as JSON; `timeoutMs` covers it to its end. */
  streamed?: boolean;
  /** False: the request needs no key, and none is sent. */
  withKey?: boolean;
}

/** One request and its parsed answer. `path` is already encoded. */
export type Transport = <Answer>(method: Method, path: string, options?: RequestOptions) => Promise<Answer>;

export interface TransportSettings extends RetryBounds {
  key: KeySource;
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  timeoutMs: number;
  signal: AbortSignal | undefined;
  userAgent: string;
  random: () => number;
  waitSignal: AbortSignal | undefined;
  onRetry: ((retry: Retry) => void) | undefined;
  onKeyExpiring: ((seconds: number) => void) | undefined;
}

/** A request that failed and is about to be sent again. */
export interface Retry {
  /** 1 for the first repetition. */
  attempt: number;
  waitSeconds: number;
  reason: RetryReason;
  error: InstaVMError;
}

/** Seconds until the key ends; the server sends it in the last 14 days. */
const EXPIRES_IN_HEADER = 'x-key-expires-in';

/** One attempt of a call. */
interface Call {
  method: Method;
  path: string;
  options: RequestOptions;
  signal: AbortSignal;
}

/** Sends with the key in X-API-Key, follows no redirect, and turns everything but a 2xx into an InstaVMError. */
export function createTransport(settings: TransportSettings): Transport {
  return async <Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> => {
    const callersSignals = [settings.signal, options.signal].filter((signal) => signal !== undefined);
    const throwAborted = () => {
      for (const given of callersSignals) given.throwIfAborted();
    };
    const timeoutMs = options.timeoutMs ?? settings.timeoutMs;
    const signal = AbortSignal.any([...callersSignals, AbortSignal.timeout(timeoutMs)]);
    const state: RetryState = {
      attempts: 0,
      waitedMs: 0,
      repeatable: options.repeatable ?? method === 'GET',
    };
    let hasNewKey = false;
    for (;;) {
      let apiKey = '';
      const { attemptTimeoutMs } = options;
      const attempt =
        attemptTimeoutMs === undefined
          ? signal
          : AbortSignal.any([signal, AbortSignal.timeout(attemptTimeoutMs)]);
      try {
        if (options.withKey !== false) apiKey = await abortable(settings.key.get(), attempt);
        return await sendOnce<Answer>(settings, { method, path, options, signal: attempt }, apiKey);
      } catch (failure) {
        throwAborted();
        const limitMs = signal.aborted ? timeoutMs : (attemptTimeoutMs ?? timeoutMs);
        const error = asError(failure, settings.baseUrl, attempt.aborted ? limitMs : null);
        if (isRefused(error) && apiKey && !hasNewKey && settings.key.dropRefused(apiKey)) {
          hasNewKey = true;
          continue;
        }
        const decision = decideRetry(error, state, settings, settings.random);
        if (decision.kind === 'giveUp') throw lastWord(error, decision.tooLong, state, settings);
        const { waitMs, reason } = decision;
        state.attempts += 1;
        state.waitedMs += waitMs;
        settings.onRetry?.({ attempt: state.attempts, waitSeconds: waitMs / 1000, reason, error });
        const { waitSignal } = settings;
        await sleep(waitMs, waitSignal ? AbortSignal.any([signal, waitSignal]) : signal).catch(() => {
          throwAborted();
          waitSignal?.throwIfAborted();
          throw error;
        });
      }
    }
  };
}

async function sendOnce<Answer>(
  settings: TransportSettings,
  { method, path, options, signal }: Call,
  apiKey: string,
): Promise<Answer> {
  const url = settings.baseUrl + path + queryText(options.query);
  const init = requestInit(settings.userAgent, method, options, apiKey);
  const response = await settings.fetch(url, { ...init, signal });
  const { ok, status, statusText, headers } = response;
  const expiresIn = headers.get(EXPIRES_IN_HEADER);
  if (expiresIn !== null && /^\d{1,9}$/.test(expiresIn)) {
    settings.key.noteExpiry(apiKey, Number(expiresIn));
    settings.onKeyExpiring?.(Number(expiresIn));
  }
  if (ok && options.streamed) return (response.body ?? new Blob().stream()) as Answer;
  const body = parse(await response.text().catch((cause) => lostWithin(cause, signal)));
  if (ok) return body as Answer;
  throw errorOfResponse({ status, statusText, headers, body }, apiKey);
}

/**
 * The head of the answer is there, so unless the caller or the clock ended its body the connection did, however a
 * platform says that.
 */
function lostWithin(cause: unknown, signal: AbortSignal): never {
  if (signal.aborted) throw cause;
  throw new Error('Connection lost within the answer', { cause });
}

function asError(failure: unknown, baseUrl: string, timedOutAfterMs: number | null): InstaVMError {
  if (failure instanceof InstaVMError) return failure;
  return timedOutAfterMs === null ? connectionFailed(baseUrl, failure) : timedOut(timedOutAfterMs, failure);
}

function isRefused(error: InstaVMError): boolean {
  return error instanceof AuthenticationError && error.status === 401;
}

/** The error that goes up, with why it is not tried again where that is not plain. */
function lastWord(
  error: InstaVMError,
  isTooLong: boolean,
  { repeatable }: RetryState,
  { maxWaitMs }: RetryBounds,
): InstaVMError {
  if (isTooLong) {
    const asked = `The server asks to wait ${error.retryAfterSeconds} s`;
    const most =
      maxWaitMs === 0
        ? 'this client does not wait'
        : `more than is left of the ${maxWaitMs / 1000} s that this client waits`;
    return giveHint(error, `${asked}, ${most}`);
  }
  if (!repeatable && error.code === 'connection_failed' && isLost(error))
    return giveHint(error, 'The request may have been carried out: look before you send it again');
  return error;
}

function requestInit(
  userAgent: string,
  method: Method,
  options: RequestOptions,
  apiKey: string,
): RequestInit {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': userAgent,
    ...options.headers,
  };
  if (options.withKey !== false) headers['x-api-key'] = apiKey;
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  const body = options.json === undefined ? options.form : JSON.stringify(options.json);
  return { method, headers, redirect: 'manual', ...(body !== undefined && { body }) };
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
