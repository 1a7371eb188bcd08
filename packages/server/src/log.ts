import { inspect } from 'node:util';
import { scrubSecrets } from '@instavm/keyformat';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

/**
 * One JSON object a line, or readable text for a person at a terminal. The stream is scrubbed, and not known
 * fields alone: free text leaks secrets too.
 */
export function openLog(out: { write(text: string): unknown; isTTY?: boolean }): Logger {
  const readable = out.isTTY ? prettyFactory({ colorize: true, ignore: 'pid,hostname' }) : null;
  return pino(
    { base: null },
    {
      write: (line: string) => {
        const clean = scrubSecrets(line);
        out.write(readable ? readable(clean) : clean);
      },
    },
  );
}

/** An error that nobody caught, with its stack and causes. Node would print it as it is, secrets included. */
export function describeCrash(error: unknown): string {
  return `${scrubSecrets(inspect(error, { depth: 4 }))}\n`;
}
