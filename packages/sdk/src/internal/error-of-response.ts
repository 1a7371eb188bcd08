import { checkKeyText } from '@instavm/keyformat';
import {
  AuthenticationError,
  ConflictError,
  type ErrorFacts,
  type FieldProblem,
  ForbiddenError,
  InstaVMError,
  NotFoundError,
  QuotaExceededError,
  type QuotaFacts,
  RateLimitError,
  ServerError,
  SessionError,
  ValidationError,
} from '../core/errors.ts';
import { ERRORS } from '../generated/errors.ts';

export interface ErrorResponse {
  status: number;
  statusText: string;
  headers: { get(name: string): string | null };
  /** Parsed JSON, else the text. */
  body: unknown;
}

/** The error that an answer of 300 or above stands for. `apiKey` is looked at offline to say what is wrong with it. */
export function errorOfResponse(response: ErrorResponse, apiKey: string): InstaVMError {
  const facts = factsOf(response);
  const { status } = response;
  if (facts.code === 'session_expired' || facts.code === 'session_not_found') {
    return sessionError(facts);
  }
  if (status === 401) return new AuthenticationError({ ...facts, reason: whyRefused(facts.code, apiKey) });
  if (status === 403) return new ForbiddenError(facts);
  if (status === 404) return new NotFoundError(facts);
  if (status === 409) return new ConflictError(facts);
  if (status === 422) return validationError(facts);
  if (facts.code === 'quota_exceeded') return new QuotaExceededError(withWait(facts), quotaOf(facts.body));
  if (status === 429) return rateLimitError(withWait(facts), response);
  if (status >= 500) return new ServerError(withWait(facts));
  if (status < 400) return new InstaVMError(redirected(facts, response));
  return new InstaVMError(facts);
}

function rateLimitError(facts: ErrorFacts, { headers, body }: ErrorResponse): RateLimitError {
  const record = isRecord(body) ? body : {};
  const violated = record['violated-policies'];
  const policy = Array.isArray(violated) ? textOf(violated[0]) : null;
  const limit = policy && limitOf(policy, headers.get('ratelimit-policy') ?? '');
  return new RateLimitError(
    { ...facts, reason: textOf(record.reason) ?? facts.reason ?? null },
    { policy, limit },
  );
}

/** From the header fields of the IETF's draft for rate limits: `"key";q=100;w=60;instavm-burst=20, ...`. */
function limitOf(policy: string, policies: string): string | null {
  const own = policies.split(',').find((entry) => entry.trim().startsWith(`"${policy}";`));
  if (!own) return null;
  const parameters = Object.fromEntries(own.split(';').map((part) => part.trim().split('=')));
  const { q: requests, w: seconds, 'instavm-burst': burst } = parameters;
  if (!seconds) return requests ?? null;
  return `${requests}/${seconds}s${burst ? `,burst=${burst}` : ''}`;
}

function quotaOf(body: unknown): QuotaFacts | null {
  return isRecord(body) && isRecord(body.quota) ? (body.quota as unknown as QuotaFacts) : null;
}

/** Sentences that users know; for answers of a proxy in between, which hold no body of ours. */
const FIXED_DETAILS: Readonly<Record<string, string>> = {
  401: 'Invalid API key or session expired',
  429: 'Rate limit exceeded',
  session_expired: 'Session expired',
};

function factsOf({ status, statusText, headers, body }: ErrorResponse): ErrorFacts {
  const record = isRecord(body) ? body : {};
  const code = textOf(record.code) ?? `http_${status}`;
  const known = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
  const title = textOf(record.title) ?? known?.title ?? (statusText || `HTTP ${status}`);
  const detail =
    textOf(record.detail) ??
    textOf(record.message) ??
    textOf(record.error) ??
    FIXED_DETAILS[code] ??
    FIXED_DETAILS[status] ??
    title;
  return {
    status,
    code,
    title,
    detail,
    // A detail that only repeats the title says nothing of why.
    reason: detail === title ? (known?.meaning ?? null) : null,
    hint: known?.next ?? null,
    requestId: textOf(record.request_id) ?? headers.get('x-request-id'),
    retryAfterSeconds: secondsOf(headers.get('retry-after')),
    body,
  };
}

// The text of the key is the caller's own, so saying what is wrong with it tells nobody anything new. A server
// that says more than "invalid" has known the key: then its text is right, as that of an older key may be.
function whyRefused(code: string, apiKey: string): string | null {
  const known = Object.hasOwn(ERRORS, code) ? ERRORS[code] : undefined;
  const check = checkKeyText(apiKey);
  if (apiKey !== '' && !check.ok && (code === 'invalid_api_key' || !known)) return check.problem;
  return known?.meaning ?? null;
}

/** Users know the sentence, so nothing is added to it; what else there is to say has its own places. */
function sessionError(facts: ErrorFacts): SessionError {
  const body = isRecord(facts.body) ? facts.body : {};
  if (facts.code !== 'session_expired') return new SessionError(facts);
  const detail = FIXED_DETAILS.session_expired!;
  const reason = textOf(body.reason) ?? textOf(body.end_reason) ?? facts.reason ?? null;
  const hint = textOf(body.hint) ?? facts.hint ?? null;
  return new SessionError({ ...facts, message: detail, detail, reason, hint }, textOf(body.ended_at));
}

function validationError(facts: ErrorFacts): ValidationError {
  const list = isRecord(facts.body) && Array.isArray(facts.body.detail) ? facts.body.detail : [];
  const fields = list.filter(isRecord).map(
    ({ loc, msg }): FieldProblem => ({
      field: Array.isArray(loc) ? loc.join('.') : '',
      problem: textOf(msg) ?? 'is not valid',
    }),
  );
  const reason = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  return new ValidationError(
    reason ? { ...facts, detail: facts.title ?? facts.detail, reason } : facts,
    fields,
  );
}

function withWait(facts: ErrorFacts): ErrorFacts {
  if (!facts.retryAfterSeconds) return facts;
  return { ...facts, hint: `Try again in ${facts.retryAfterSeconds} s. ${facts.hint ?? ''}`.trim() };
}

// Following would carry the key to an address that the caller never named.
function redirected(facts: ErrorFacts, { headers }: ErrorResponse): ErrorFacts {
  return {
    ...facts,
    code: 'redirected',
    title: 'Redirected',
    detail: `The server points to another address: ${headers.get('location') ?? 'none given'}`,
    hint: 'The key was not sent there. Use that address as base URL if you trust it',
  };
}

function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
