import {
  AuthenticationError,
  InstaVMError,
  NetworkError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  scrubSecrets,
} from '@instavm/sdk';
import type { Context } from '../command.ts';
import { EXIT } from '../errors/cli-error.ts';
import { describe, exitCodeOf } from '../errors/describe.ts';

export interface EachOptions<Item, Answer> {
  items: readonly Item[];
  /** Progress, e.g. `Deleting VM vm_1`. */
  doing(item: Item): string;
  act(item: Item): Promise<Answer>;
  /** One line of text. */
  line(item: Item, answer: Answer): string;
  /** One entry of `results` with --json. */
  entry(item: Item, answer: Answer | null): object;
  /** `2 of 3 machines were ended.` */
  summary(done: number, all: number): string;
}

/**
 * Does one thing to several; goes on after a failure, sums up, and then ends with 1. A failure that the next one
 * would share ends it, with its own code.
 */
export async function each<Item, Answer>(
  context: Context,
  options: EachOptions<Item, Answer>,
): Promise<number> {
  const { items } = options;
  const results: object[] = [];
  let done = 0;
  let exitCode: number = EXIT.error;
  for (const item of items) {
    try {
      const answer = await context.progress(options.doing(item), () => options.act(item));
      results.push(options.entry(item, answer));
      if (!context.json) context.print(`${options.line(item, answer)}\n`);
      done++;
    } catch (error) {
      if (!(error instanceof InstaVMError) || isPlainFailure(error, items, results)) throw error;
      const view = describe(error);
      results.push({ ...options.entry(item, null), error: view });
      context.note(`${String(item)}: ${[view.message, view.why].filter(Boolean).join(': ')}`);
      if (!endsAll(error)) continue;
      exitCode = exitCodeOf(error);
      break;
    }
  }
  // An entry repeats what was given as a name, which may be a key.
  if (context.json) context.print(`${scrubSecrets(JSON.stringify({ results }))}\n`);
  if (done === items.length) return EXIT.ok;
  context.note(options.summary(done, items.length));
  return exitCode;
}

// Nothing was done and nothing else will be: it is shown as any other failure.
function isPlainFailure(error: InstaVMError, items: readonly unknown[], results: readonly object[]): boolean {
  return results.length === 0 && (items.length === 1 || endsAll(error));
}

// The next one would fail in the same way.
function endsAll(error: InstaVMError): boolean {
  if (error instanceof NetworkError) return !(error instanceof ServerError);
  return [AuthenticationError, RateLimitError, QuotaExceededError].some((kind) => error instanceof kind);
}
