import type { Readable } from 'node:stream';
import { pour } from './scan-stream.ts';
import type { Match, SecretWindow } from './secret-window.ts';

export interface GitObject {
  id: string;
  type: string;
  size: number;
}

const NEWLINE = 10;

/**
 * Reads what `git cat-file --batch` prints, `<id> <type> <size>`, a line end, the content and another line end
 * for each object, and searches the contents of those types.
 */
export async function searchObjects(
  stream: Readable,
  { types, window }: { types: readonly string[]; window: SecretWindow },
  told: (object: GitObject, matches: Match[]) => void,
): Promise<void> {
  let header = '';
  let object: GitObject | null = null;
  let left = 0;
  let matches: Match[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let at = 0;
    while (at < chunk.length) {
      if (!object) {
        const end = chunk.indexOf(NEWLINE, at);
        header += chunk.toString('latin1', at, end === -1 ? chunk.length : end);
        at = end === -1 ? chunk.length : end + 1;
        if (end === -1) continue;
        object = parseHeader(header);
        left = object ? object.size : 0;
        header = '';
        continue;
      }
      const content = chunk.subarray(at, at + left);
      if (types.includes(object.type)) matches.push(...pour(window, content));
      left -= content.length;
      at += content.length;
      if (left > 0 || at === chunk.length) continue;
      at++;
      matches.push(...window.end());
      told(object, matches);
      object = null;
      matches = [];
    }
  }
}

/** null for an object that is named and not there, as in a partial clone. */
function parseHeader(line: string): GitObject | null {
  const [id, type, size] = line.split(' ');
  return id && type && size && /^\d+$/.test(size) ? { id, type, size: Number(size) } : null;
}
