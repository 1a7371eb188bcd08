import type { FastifyRequest } from 'fastify';
import { ApiError } from '../http/errors.ts';
import { countedAs, peerOf } from '../http/peer-address.ts';
import { attemptCounter } from './attempts.ts';

/** Throws 429 for what tries passwords or links too often from one place. */
export type Throttle = (request: FastifyRequest) => Promise<void>;

export function throttleOf(now: () => number, attemptsPerMinute: number): Throttle {
  const counter = attemptCounter(now);
  return async (request) => {
    const { allowed, retryAfter } = await counter.consume(countedAs(peerOf(request).address), {
      window: 60,
      max: attemptsPerMinute,
    });
    if (!allowed) throw tooManyAttempts(String(retryAfter ?? 60));
  };
}

export function tooManyAttempts(seconds: string): ApiError {
  return new ApiError('rate_limit_exceeded', `Too many attempts. Try again in ${seconds} s.`, {
    headers: { 'retry-after': seconds },
  });
}
