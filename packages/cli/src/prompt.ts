import { createInterface } from 'node:readline';
import { CliError, EXIT, usageError } from './errors/cli-error.ts';
import { type Io, isRich } from './io.ts';
import { checkSendable } from './settings/credentials.ts';

/** Ctrl-D, at which the prompt's library stops reading without an answer. */
const END_OF_INPUT = '\u0004';

/**
 * Asks for a key on the terminal without showing it, and says at once when its text is wrong. `command` is what
 * takes it from a pipe instead.
 */
export async function askForKey(io: Io, command = 'auth set-key'): Promise<string> {
  if (io.env.TERM === 'dumb' || !io.stderr.isTTY) {
    throw usageError(
      'No place to ask for the key',
      'This terminal cannot hide what is typed',
      `Pipe the key: printf %s "$KEY" | instavm ${command}`,
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
      const check = checkSendable(text ?? '');
      return check.ok ? undefined : check.problem;
    },
  }).finally(() => io.stdin.off('data', watch));
  if (!isCancel(answer)) return answer;
  throw cancelled('The prompt was left without a key', 'Nothing was stored or sent');
}

/** Whether a person is there to be asked. */
export function isInteractive(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY;
}

/** Asks on the terminal; anything but yes throws. A plain line, so that it works in every terminal. */
export async function mustConfirm(io: Io, question: string): Promise<void> {
  io.stderr.write(`${question} [y/N] `);
  const answer = await readLine(io);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return;
  throw cancelled('The question was not answered with yes', 'Nothing was changed; --yes does not ask');
}

async function readLine(io: Io): Promise<string | null> {
  const lines = createInterface({ input: io.stdin });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve).once('close', () => resolve(null));
      io.signal.addEventListener('abort', () => reject(io.signal.reason), { once: true });
    });
  } finally {
    lines.close();
  }
}

function cancelled(why: string, hint: string): CliError {
  return new CliError({ code: 'cancelled', exitCode: EXIT.usage, message: 'Cancelled', why, hint });
}
