import { type Operation, RATE_LIMIT_DETAIL } from '@instavm/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.ts';
import {
  LIMIT_FIELD,
  OLD_LIMIT_FIELD,
  OLD_REMAINING_FIELD,
  OLD_RESET_FIELD,
  POLICY_FIELD,
  QUOTA_EXCEEDED,
  VIOLATED_POLICIES,
} from '../limits/fields.ts';
import type { Admission, Limiter, LimitState } from '../limits/limiter.ts';
import type { LimitRefusal } from '../limits/refusal.ts';
import { ApiError } from './errors.ts';
import { UnderWay } from './under-way.ts';

export interface LimitStepDeps {
  limiter: Limiter;
}

/**
 * Counts a request against the limits it is under and says in the answer's headers how far they are used, or refuses
 * it. Throws ApiError. What it counts as under way is given back when the request is over, however it ends.
 */
export function checkLimits(
  { limiter }: LimitStepDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal,
  operation: Operation,
): void {
  const admission = decide(limiter, request, principal, operation);
  if (admission === null) return;
  setLimitFields(reply, admission.state);
  if (admission.refusal) throw limitExceeded(admission.refusal);
  if (admission.slot) request.underWay = new UnderWay(admission.slot);
}

/** The same headers for a request that is refused before it is counted. */
export function showLimits(
  { limiter }: LimitStepDeps,
  reply: FastifyReply,
  principal: Principal,
  operation: Operation,
): void {
  const state = limiter.stateOf(principal, operation);
  if (state) setLimitFields(reply, state);
}

/** A mistake of ours neither opens the gate nor fails as one. */
function decide(
  limiter: Limiter,
  request: FastifyRequest,
  principal: Principal,
  operation: Operation,
): Admission | null {
  try {
    return limiter.admit(principal, operation);
  } catch (error) {
    request.log.error({ err: error, request_id: request.id }, 'the limits of a request could not be told');
    const reason =
      'The server could not tell how far the limits are used. Its log has more; try again shortly.';
    throw limitExceeded({ retryAfterSeconds: 1, violated: [], reason });
  }
}

function setLimitFields(reply: FastifyReply, said: LimitState): void {
  reply.header(POLICY_FIELD, said.policy);
  reply.header(LIMIT_FIELD, said.state);
  if (said.most === -1) return;
  reply.header(OLD_LIMIT_FIELD, said.most);
  reply.header(OLD_REMAINING_FIELD, said.remaining);
  reply.header(OLD_RESET_FIELD, said.nextSeconds);
}

function limitExceeded({ retryAfterSeconds, violated, reason }: LimitRefusal): ApiError {
  return new ApiError('rate_limit_exceeded', RATE_LIMIT_DETAIL, {
    headers: { 'retry-after': String(retryAfterSeconds) },
    extra: {
      type: QUOTA_EXCEEDED,
      [VIOLATED_POLICIES]: violated,
      retry_after: retryAfterSeconds,
      reason,
    },
  });
}
