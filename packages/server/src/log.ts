import { KEY_PATTERN, maskKey } from '@instavm/keyformat';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

const KEY_IN_TEXT = new RegExp(KEY_PATTERN.source.replace('^', '').replace('$', ''), 'g');

/** Whole keys out of any text: free text leaks them too, so the stream is cleaned and not only known fields. */
export function scrubKeys(text: string): string {
  return text.includes('instavm_sk_') ? text.replace(KEY_IN_TEXT, maskKey) : text;
}

/** One JSON object a line, or readable text for a person at a terminal. */
export function openLog(out: { write(text: string): unknown; isTTY?: boolean }): Logger {
  const scrubbed = { write: (text: string) => void out.write(scrubKeys(text)) };
  if (!out.isTTY) return pino({ base: null }, scrubbed);
  const readable = pretty({ colorize: true, ignore: 'pid,hostname', destination: scrubbed as never });
  return pino({ base: null }, readable);
}
