import { consoleBytes } from './command-line.ts';
import type { QmpClient } from './qmp.ts';

/** What the machine has written to its console and nobody has read yet; at most 64 KiB, kept in QEMU's memory. */
export async function readConsole(qmp: QmpClient): Promise<string> {
  const text = await qmp.execute<string>('ringbuf-read', { device: 'console', size: consoleBytes }, 5000);
  // The guest wrote this: nothing but text reaches a record or a terminal.
  return String(text).replace(/[^\t\n\x20-\x7e]/g, '');
}

/** The end of a console's text, short enough for a record. */
export function lastLines(text: string, count = 8): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().slice(0, 200))
    .filter((line) => line !== '')
    .slice(-count);
}
