import type { Readable } from 'node:stream';
import type { Results } from './finding.ts';
import { type Match, SecretWindow } from './secret-window.ts';

/** Searches a stream that is read once. */
export async function scanStream(stream: Readable, results: Results, signal: AbortSignal): Promise<void> {
  const window = new SecretWindow({ countsLines: true });
  const keep = (matches: Match[]) => {
    for (const match of matches) results.findings.push({ ...match, path: '-', history: null });
  };
  for await (const chunk of stream) {
    signal.throwIfAborted();
    results.bytes += (chunk as Buffer).length;
    keep(pour(window, chunk as Buffer));
  }
  keep(window.end());
}

/** Lets bytes flow through a window, however many. */
export function pour(window: SecretWindow, bytes: Buffer): Match[] {
  const matches: Match[] = [];
  for (let done = 0; done < bytes.length; ) {
    const count = bytes.copy(window.room(), 0, done);
    done += count;
    matches.push(...window.advance(count));
  }
  return matches;
}
