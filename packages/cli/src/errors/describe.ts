import {
  AuthenticationError,
  ForbiddenError,
  InstaVMError,
  NetworkError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  SessionError,
  scrubSecrets,
} from '@instavm/sdk';
import { CliError, EXIT } from './cli-error.ts';

/** An error as it is shown: three lines of text, or the object under `error` with --json. */
export interface ErrorView {
  code: string;
  message: string;
  why: string | null;
  hint: string | null;
  status: number | null;
  request_id: string | null;
  /** Seconds. */
  retry_after: number | null;
}

/** No whole key is shown, though it may have been given where none is due, as `keys revoke --labl=KEY`. */
export function describe(error: unknown): ErrorView {
  const view = viewOf(error);
  const { message, why, hint } = view;
  return {
    ...view,
    message: scrubSecrets(message),
    why: why && scrubSecrets(why),
    hint: hint && scrubSecrets(hint),
  };
}

function viewOf(error: unknown): ErrorView {
  if (error instanceof CliError) {
    const { code, message, why = null, hint = null } = error.facts;
    return { code, message, why, hint, status: null, request_id: null, retry_after: null };
  }
  if (error instanceof InstaVMError) return describeSdkError(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal_error',
    message: 'The program failed in a way it did not foresee',
    why: message,
    hint: 'Run it again; if it stays, report it with the command you used',
    status: null,
    request_id: null,
    retry_after: null,
  };
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.facts.exitCode;
  if (error instanceof AuthenticationError) return EXIT.notAuthenticated;
  if (error instanceof ForbiddenError) return EXIT.forbidden;
  if (isLimit(error)) return EXIT.rateLimited;
  const isArgument =
    error instanceof InstaVMError && /^(invalid_(base_url|argument)|insecure_base_url)$/.test(error.code);
  return isArgument ? EXIT.usage : EXIT.error;
}

function isLimit(error: unknown): error is RateLimitError | QuotaExceededError {
  return error instanceof RateLimitError || error instanceof QuotaExceededError;
}

/** Their `detail` is a sentence that users know, so it comes first whatever the title is. */
const HAS_FIXED_TEXT = [AuthenticationError, SessionError, RateLimitError];

/** What to do, in commands instead of requests. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_api_key:
    'Look at the key in force with `instavm auth status`, or store another with `instavm auth set-key`',
  permission_denied: 'See what the key may do with `instavm auth status`, or use another key',
  validation_failed: 'Correct what is named and run it again',
  not_built: 'Leave it out; a later version may have it',
  vm_not_found: 'See `instavm ls --all`',
  key_not_found: 'See `instavm keys list --all`',
  key_not_editable: 'Make another with `instavm keys create`',
  key_expired: 'Make another with `instavm keys create`, with a key that is still valid or in the dashboard',
  rotation_conflict: 'See with `instavm keys show` which key it was rotated to',
  session_expired: 'Leave --session out to run in a new one, or make a machine with `instavm create`',
  session_not_found: 'See `instavm sessions list`, or leave --session out to run in a new one',
};

function describeSdkError(error: InstaVMError): ErrorView {
  // With a reason the detail is the short sentence; without, the title is and the detail says why.
  const detailFirst = error.reason !== null || HAS_FIXED_TEXT.some((kind) => error instanceof kind);
  const message = detailFirst ? error.detail : error.title;
  const why = error.reason ?? (message === error.detail ? null : error.detail);
  return {
    code: error.code,
    message,
    why: whyOf(error, why) ?? (error.status ? `The server answered HTTP ${error.status}` : null),
    hint: hintOf(error) ?? HINTS[error.code] ?? error.hint ?? fallbackHint(error),
    status: error.status,
    request_id: error.requestId,
    retry_after: error.retryAfterSeconds,
  };
}

function whyOf(error: InstaVMError, why: string | null): string | null {
  if (!(error instanceof SessionError) || !error.endedAt) return why;
  return [`It ended at ${error.endedAt}`, why].filter(Boolean).join(': ');
}

/** What only this answer tells. */
function hintOf(error: InstaVMError): string | null {
  if (isLimit(error) && error.retryAfterSeconds !== null)
    return `Try again in ${error.retryAfterSeconds} s, or allow a longer wait with --max-wait SECONDS`;
  if (error instanceof SessionError) {
    const commands = timeoutCommands(error.body);
    if (commands.length > 0) return `Start a new one, with more time if need be: ${commands.join(', or ')}`;
  }
  return null;
}

/** The command lines that change the time at which a session ended, as the server names them. */
function timeoutCommands(body: unknown): string[] {
  const changes = (body as { timeout?: { change?: unknown } | null } | null)?.timeout?.change;
  const lines = Array.isArray(changes) ? changes.map((change) => change?.cli) : [];
  return lines.filter((line) => typeof line === 'string').map((line) => `\`${line}\``);
}

function fallbackHint(error: InstaVMError): string {
  if (error instanceof AuthenticationError) return 'Look at the key in force with `instavm auth status`';
  if (error instanceof ServerError) return "Try again; if it stays, look at the server's log";
  if (error instanceof NetworkError) return 'Check that the server runs';
  return 'Check what was given against `--help` of the command';
}
