import type { Readable } from 'node:stream';
import type { Git } from './git-process.ts';

export interface GitPlace {
  path: string;
  commit: string;
  /** Greater for later commits. */
  order: number;
}

/** Where each of these contents first came into the history of any branch, tag, stash or reflog. */
export async function placesOf(git: Git, ids: ReadonlySet<string>): Promise<Map<string, GitPlace[]>> {
  const commits = git('rev-list', '--all', '--reflog', '--topo-order', '--reverse');
  commits.stdin.end();
  const changes = git('diff-tree', '--stdin', '-r', '--root', '-m', '--raw', '-z', '--no-renames');
  commits.stdout.pipe(changes.stdin);
  const places = new Map<string, GitPlace[]>();
  let commit = '';
  let order = 0;
  let blob: string | null = null;
  for await (const word of wordsOf(changes.stdout)) {
    if (blob !== null) {
      const path = Buffer.from(word, 'latin1').toString();
      const known = places.get(blob) ?? [];
      if (ids.has(blob) && !known.some((place) => place.path === path)) {
        places.set(blob, [...known, { path, commit, order }]);
      }
      blob = null;
    } else if (word.startsWith(':')) {
      blob = word.split(' ')[3] ?? '';
    } else {
      commit = word;
      order++;
    }
  }
  await Promise.all([commits.ended, changes.ended]);
  return places;
}

async function* wordsOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('latin1')) {
    const words = (rest + (chunk as string)).split('\0');
    rest = words.pop()!;
    yield* words;
  }
}
