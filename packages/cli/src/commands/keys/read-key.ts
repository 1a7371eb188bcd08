import type { Context } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { readStdin } from '../../io.ts';
import { askForKey } from '../../prompt.ts';
import { blankKey } from '../../settings/credentials.ts';

/**
 * A whole key that a command is about, from a pipe or a hidden prompt: on the command line others on this machine
 * would see it. Its text is not judged here, because a server may know keys of older forms.
 */
export async function readKeyFromStdin({ io, flags }: Context, command: string): Promise<string> {
  if (flags.apiKeyStdin) {
    throw usageError(
      'Standard input is taken',
      '--api-key-stdin reads your own key from it',
      'Give your own key in INSTAVM_API_KEY or store it with `instavm auth set-key`',
    );
  }
  const text = (io.stdin.isTTY ? await askForKey(io, command) : await readStdin(io)).trim();
  if (text === '') throw blankKey('standard input');
  return text;
}
