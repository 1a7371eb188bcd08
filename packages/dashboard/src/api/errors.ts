/** An answer of the server that is not a success, or no answer at all (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** What the server says about each input, by its name and, in lists, its place: `allowed_cidrs.2`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | null;

  constructor(answer: ErrorAnswer) {
    super(answer.detail);
    this.status = answer.status;
    this.code = answer.code;
    this.fields = answer.fields ?? {};
    this.retryAfterSeconds = answer.retryAfterSeconds ?? null;
  }
}

export interface ErrorAnswer {
  status: number;
  code: string;
  detail: string;
  fields?: Record<string, string>;
  retryAfterSeconds?: number | null;
}

/** Reads problem details, a validation list, or better-auth's `{code, message}`, whichever the body is. */
export function readError(status: number, body: unknown, retryAfter: string | null): ApiError {
  const record = isRecord(body) ? body : {};
  const seconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  const code = text(record.code) ?? `http_${status}`;
  if (Array.isArray(record.detail)) {
    const fields = readFields(record.detail);
    const detail = Object.entries(fields)
      .map(([name, problem]) => `${name}: ${problem}`)
      .join('; ');
    return new ApiError({ status, code, fields, detail: detail || text(record.title) || fallback(status) });
  }
  const detail = text(record.detail) ?? text(record.message) ?? text(record.title) ?? fallback(status);
  return new ApiError({ status, code, detail, retryAfterSeconds: seconds });
}

/** What a person should read about a failure: the server's words, and what to do where we know it. */
export function errorInWords(error: unknown): string {
  if (!(error instanceof ApiError)) return 'The dashboard failed here. Reload the page.';
  if (error.status === 429 && error.code !== 'quota_exceeded')
    return throttledInWords(error.retryAfterSeconds);
  return /[.?]$/.test(error.message) ? error.message : `${error.message}.`;
}

export function throttledInWords(seconds: number | null): string {
  if (seconds === null) return 'Too many attempts. Wait a minute, then try again.';
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return `Too many attempts. Try again in ${wait}.`;
}

function readFields(list: unknown[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const entry of list) {
    if (!isRecord(entry) || !Array.isArray(entry.loc)) continue;
    const name = entry.loc.slice(1).join('.') || String(entry.loc[0]);
    fields[name] = text(entry.msg) ?? 'is not valid';
  }
  return fields;
}

function fallback(status: number): string {
  if (status === 0) return 'The server does not answer. Check that it runs, then try again.';
  return status >= 500
    ? `The server failed (status ${status}). Its log says why.`
    : `The server refused this (status ${status}).`;
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
