import { checkKeyText } from '@instavm/sdk';
import { CliError, EXIT, usageError } from './errors/cli-error.ts';
import { type Io, isRich } from './io.ts';

/** Ctrl-D, at which the prompt's library stops reading without an answer. */
const END_OF_INPUT = '\u0004';

/** Asks for a key on the terminal without showing it, and says at once when its text is wrong. */
export async function askForKey(io: Io): Promise<string> {
  if (io.env.TERM === 'dumb' || !io.stderr.isTTY) {
    throw usageError(
      'No place to ask for the key',
      'This terminal cannot hide what is typed',
      'Pipe the key: printf %s "$KEY" | instavm auth set-key',
    );
  }
  const { isCancel, password } = await import('@clack/prompts');
  const inputEnded = new AbortController();
  const watch = (chunk: Buffer | string) => {
    if (chunk.toString().includes(END_OF_INPUT)) inputEnded.abort();
  };
  io.stdin.on('data', watch);
  const answer = await password({
    message: 'API key (not shown)',
    mask: isRich(io, io.stderr) ? '•' : '*',
    input: io.stdin as NodeJS.ReadStream,
    output: io.promptOutput,
    signal: AbortSignal.any([io.signal, inputEnded.signal]),
    validate: (text) => {
      const check = checkKeyText(text ?? '');
      return check.ok ? undefined : check.problem;
    },
  }).finally(() => io.stdin.off('data', watch));
  if (!isCancel(answer)) return answer;
  throw new CliError({
    code: 'cancelled',
    exitCode: EXIT.usage,
    message: 'Cancelled',
    why: 'The prompt was left without a key',
    hint: 'Nothing was stored',
  });
}
