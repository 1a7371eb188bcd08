export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  notAuthenticated: 4,
  forbidden: 5,
  rateLimited: 6,
  interrupted: 130,
} as const;

export interface CliErrorFacts {
  code: string;
  exitCode: number;
  /** What happened. */
  message: string;
  why?: string | null;
  /** What to do next. */
  hint?: string | null;
}

/** A failure that this program found by itself, without asking the server. */
export class CliError extends Error {
  override name = 'CliError';
  readonly facts: CliErrorFacts;
  constructor(facts: CliErrorFacts) {
    super(facts.message);
    this.facts = facts;
  }
}

export function usageError(message: string, why: string | null, hint: string): CliError {
  return new CliError({ code: 'usage', exitCode: EXIT.usage, message, why, hint });
}
