import { type Io, isRich } from '../io.ts';
import { printable } from './text.ts';

const FRAMES = ['◒', '◐', '◓', '◑'];

/**
 * Shows on stderr that something is being waited for: one line where no terminal is, a moving one after a
 * second where one is, nothing with --json.
 */
export async function progress<T>(io: Io, json: boolean, text: string, work: () => Promise<T>): Promise<T> {
  if (json) return work();
  if (!isRich(io, io.stderr)) {
    io.stderr.write(`${printable(text)}...\n`);
    return work();
  }
  const began = io.now();
  let frame = 0;
  const timer = setInterval(() => {
    if (io.now() - began < 1000) return;
    const seconds = Math.floor((io.now() - began) / 1000);
    io.stderr.write(`\r\u001b[2K${FRAMES[frame++ % FRAMES.length]}  ${printable(text)} ${seconds} s`);
  }, 120);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (frame > 0) io.stderr.write('\r\u001b[2K');
  }
}
