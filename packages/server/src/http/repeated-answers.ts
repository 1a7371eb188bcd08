import { ERRORS, type Operation } from '@instavm/contract';
import { ActorDiedError } from '../db/mutation.ts';
import { actorOf, type RequestContext } from './context.ts';
import { ApiError, ValidationError } from './errors.ts';
import type { RepeatedStore } from './repeated-store.ts';
import { keyReused, outcomeUnknown, type Retry, retryOf } from './retry.ts';
import { JsonText } from './streamed.ts';

export interface RepeatedAnswersDeps {
  store: RepeatedStore;
  /** A request with the key of one that is still carried out waits so long for its answer. */
  waitMs: number;
}

/** A request that is being carried out. */
interface Running {
  request: string;
  /** Never rejects. */
  done: Promise<unknown>;
}

/**
 * Carries out a request with an Idempotency-Key once: the same caller with the same key and request gets the same
 * answer for ten minutes. What happened to a request whose process ended in the middle is not known, and said.
 */
export class RepeatedAnswers {
  readonly #deps: RepeatedAnswersDeps;
  readonly #running = new Map<string, Running>();
  constructor(deps: RepeatedAnswersDeps) {
    this.#deps = deps;
  }

  /** `work` itself where the caller asks for nothing else. Throws what `work` throws, and ApiError. */
  async once(
    context: RequestContext,
    operation: Operation,
    input: unknown,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const retry = retryOf(context, operation, input);
    if (!retry) return work();
    const place = `${retry.caller}\n${retry.key}`;
    const tooLong = timer(this.#deps.waitMs);
    try {
      // What waited for a request that failed is the next to try.
      for (let running = this.#running.get(place); running; running = this.#running.get(place)) {
        if (running.request !== retry.request) throw keyReused();
        if ((await Promise.race([running.done, tooLong.over])) === OVER) throw stillRunning();
      }
    } finally {
      tooLong.clear();
    }
    // Nothing is awaited between the look and the noting, so that one alone goes on.
    const carriedOut = this.#carryOut(context, retry, work);
    const end = () => this.#running.delete(place);
    this.#running.set(place, { request: retry.request, done: carriedOut.then(end, end) });
    return carriedOut;
  }

  async #carryOut(context: RequestContext, retry: Retry, work: () => Promise<unknown>): Promise<JsonText> {
    const { store } = this.#deps;
    const { accountId } = context.principal;
    const known = await store.begin(actorOf(context), accountId, retry);
    if (known) {
      if (!known.isSameRequest) throw keyReused();
      if (known.state === 'begun') throw outcomeUnknown();
      if (known.state === 'answer_not_kept') throw answerNotKept();
      context.isReplay = true;
      return new JsonText(known.text);
    }
    let text: string;
    try {
      text = JSON.stringify(await work());
    } catch (error) {
      if (hasDoneNothing(error)) await store.forget(retry).catch((cause: unknown) => note(context, cause));
      throw error;
    }
    await store.keep(accountId, retry, text).catch((cause: unknown) => note(context, cause));
    return new JsonText(text);
  }
}

/** A refusal that a handler gives on purpose left nothing behind, unless it says so; anything else is not known. */
function hasDoneNothing(error: unknown): boolean {
  if (error instanceof ValidationError || error instanceof ActorDiedError) return true;
  return error instanceof ApiError && !error.options.isOutcomeUnknown && ERRORS[error.code].status !== 500;
}

/** The answer is right all the same; a retry is told that its outcome is unknown. */
function note({ log, requestId }: RequestContext, cause: unknown): void {
  log.error({ err: cause, request_id: requestId }, 'the outcome of a repeatable request was not stored');
}

function stillRunning(): ApiError {
  const detail =
    'The request with this Idempotency-Key is still being carried out. Ask again with the same key to get its answer.';
  return new ApiError('idempotency_key_in_use', detail, { headers: { 'retry-after': '1' } });
}

function answerNotKept(): ApiError {
  const detail =
    'The request with this Idempotency-Key was carried out, and its answer was too large to be kept. Nothing was done again.';
  return new ApiError('idempotency_answer_not_kept', detail);
}

const OVER = Symbol('over');

function timer(ms: number): { over: Promise<typeof OVER>; clear(): void } {
  const { promise, resolve } = Promise.withResolvers<typeof OVER>();
  const handle = setTimeout(() => resolve(OVER), ms);
  return { over: promise, clear: () => clearTimeout(handle) };
}
