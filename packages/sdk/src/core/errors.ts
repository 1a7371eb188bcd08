import { scrubSecrets } from '@instavm/keyformat';
import { messageOf } from '../internal/error-message.ts';

export interface ErrorFacts {
  /** Instead of one that is made of detail, reason and hint. */
  message?: string;
  /** One sentence: what happened. The server's `detail` where there is one. */
  detail: string;
  /** Stable word for programs: the server's `code`, or one of this client's (`connection_failed`, `timeout`, ...). */
  code: string;
  /** HTTP status; null when no answer came. */
  status?: number | null;
  requestId?: string | null;
  /** Short name of the kind of error, the same for each occurrence. */
  title?: string;
  /** Why it happened, where that is known beyond `detail`. */
  reason?: string | null;
  /** What the caller can do about it. */
  hint?: string | null;
  retryAfterSeconds?: number | null;
  /** The parsed body of the answer. */
  body?: unknown;
  cause?: unknown;
}

/**
 * The root of everything that this client throws, a caller's own abort excepted. Its texts hold no whole key,
 * whatever a server or a platform put into them: errors are logged.
 */
export class InstaVMError extends Error {
  override name = 'InstaVMError';
  readonly status: number | null;
  readonly code: string;
  readonly requestId: string | null;
  readonly title: string;
  readonly detail: string;
  readonly reason: string | null;
  readonly hint: string | null;
  readonly retryAfterSeconds: number | null;
  readonly body: unknown;

  constructor(facts: ErrorFacts) {
    super(
      scrubSecrets(facts.message ?? messageOf(facts)),
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.status = facts.status ?? null;
    this.code = scrubSecrets(facts.code);
    this.requestId = facts.requestId ? scrubSecrets(facts.requestId) : null;
    this.title = scrubSecrets(facts.title ?? facts.detail);
    this.detail = scrubSecrets(facts.detail);
    this.reason = facts.reason ? scrubSecrets(facts.reason) : null;
    this.hint = facts.hint ? scrubSecrets(facts.hint) : null;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
    this.body = scrubbed(facts.body);
  }
}

/** No key, or one that the server refuses. `reason` says offline what is wrong with its text, if anything is. */
export class AuthenticationError extends InstaVMError {
  override name = 'AuthenticationError';
}

/** The key is good but may not do this, or not from here. */
export class ForbiddenError extends InstaVMError {
  override name = 'ForbiddenError';
}

/** The session has ended (410): the message is `Session expired`, `reason` and `hint` say more. Or it never was (404). */
export class SessionError extends InstaVMError {
  override name = 'SessionError';
  /** RFC 3339 UTC; null for a session that never was. */
  readonly endedAt: string | null;
  constructor(facts: ErrorFacts, endedAt: string | null = null) {
    super(facts);
    this.endedAt = endedAt;
  }
}

/** Too many requests, or too many at once. `reason` says which limit it is and who can raise it. */
export class RateLimitError extends InstaVMError {
  override name = 'RateLimitError';
  /** Whose limit: `key`, `environment`, `account`, `operator`, those with `-concurrent`; null when nobody said. */
  readonly policy: string | null;
  /** `100/60s,burst=20`, or of requests at once their number. */
  readonly limit: string | null;
  constructor(facts: ErrorFacts, { policy, limit }: { policy: string | null; limit: string | null }) {
    super(facts);
    this.policy = policy;
    this.limit = limit;
  }
}

export interface QuotaFacts {
  /** `machines`, `vm_seconds` or `executions`. */
  name: string;
  of: 'key' | 'account';
  limit: number;
  used: number;
  /** Where it was set: `key`, `account`, `operator` or `server`. */
  source: string;
  /** RFC 3339 UTC; null when waiting does not help. */
  renews_at: string | null;
}

/** A quota is used up: machines at once, or seconds of machines or executions of a month. */
export class QuotaExceededError extends InstaVMError {
  override name = 'QuotaExceededError';
  readonly quota: QuotaFacts | null;
  constructor(facts: ErrorFacts, quota: QuotaFacts | null) {
    super(facts);
    this.quota = quota;
  }
}

/** The thing asked for does not exist, or is not this account's. */
export class NotFoundError extends InstaVMError {
  override name = 'NotFoundError';
}

/** What is asked for clashes with the state of things. */
export class ConflictError extends InstaVMError {
  override name = 'ConflictError';
}

export interface FieldProblem {
  /** `body.label` */
  field: string;
  problem: string;
}

/** One or more fields are missing, unknown or outside their bounds. */
export class ValidationError extends InstaVMError {
  override name = 'ValidationError';
  readonly fields: readonly FieldProblem[];
  constructor(facts: ErrorFacts, fields: readonly FieldProblem[]) {
    super(facts);
    this.fields = fields.map(({ field, problem }) => ({
      field: scrubSecrets(field),
      problem: scrubSecrets(problem),
    }));
  }
}

/** Code could not be run or its result not be had. A program that fails is no error but a result. */
export class ExecutionError extends InstaVMError {
  override name = 'ExecutionError';
}

/** No usable answer came: no connection, a time-out, or the server failed (`ServerError`). */
export class NetworkError extends InstaVMError {
  override name = 'NetworkError';
}

/** The server answered that it failed or is not ready (5xx). */
export class ServerError extends NetworkError {
  override name = 'ServerError';
}

// A validation that repeats its input would put the key back into whatever prints the error.
function scrubbed(body: unknown): unknown {
  const text = JSON.stringify(body);
  if (text === undefined) return body;
  const clean = scrubSecrets(text);
  if (clean === text) return body;
  try {
    return JSON.parse(clean);
  } catch {
    return clean;
  }
}
