import { KEY_LENGTH, KEY_PREFIX, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';

const SECRET_LENGTH_MAX = KEY_LENGTH - KEY_PREFIX.length - PUBLIC_ID_LENGTH;

/** A whole key or one that lost its end: what is left of the secret is still secret. */
const KEY_IN_TEXT = new RegExp(
  `(${KEY_PREFIX}[0-9A-Za-z]{${PUBLIC_ID_LENGTH}})[0-9A-Za-z]{1,${SECRET_LENGTH_MAX}}`,
  'g',
);

/** Secrets of keys out of any text: free text leaks them too, so the stream is cleaned and not only known fields. */
export function scrubKeys(text: string): string {
  return text.includes(KEY_PREFIX) ? text.replace(KEY_IN_TEXT, '$1…') : text;
}

/** One JSON object a line, or readable text for a person at a terminal. */
export function openLog(out: { write(text: string): unknown; isTTY?: boolean }): Logger {
  const readable = out.isTTY ? prettyFactory({ colorize: true, ignore: 'pid,hostname' }) : null;
  return pino(
    { base: null },
    {
      write: (line: string) => {
        const clean = scrubKeys(line);
        out.write(readable ? readable(clean) : clean);
      },
    },
  );
}
