import type { Match } from './secret-window.ts';

/** A secret and where it was found. Line and column count from 1; the column in bytes, as ripgrep does. */
export interface Finding extends Match {
  /** As it was given or found; `-` is standard input. In history: below the repository, null where none is known. */
  path: string | null;
  history: HistoryPlace | null;
}

export interface HistoryPlace {
  repository: string;
  /** The object that holds it. */
  object: string;
  /** The first commit that has it; null where no commit reaches it. */
  commit: string | null;
  isMessage: boolean;
  /** Contents of this path that hold it, this one included. */
  versions: number;
}

/** Something that was to be searched and could not be. */
export interface Failure {
  path: string;
  problem: string;
}

/** What a search found, and how much it looked at. */
export class Results {
  readonly findings: Finding[] = [];
  readonly failures: Failure[] = [];
  bytes = 0;
  files = 0;
  objects = 0;
}

/** Why a file or program could not be used, in few words. */
export function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'no such file or folder',
    ELOOP: 'it became a symbolic link',
    ENAMETOOLONG: 'its name is too long',
    EMFILE: 'too many open files',
    EIO: 'the disk failed',
  };
  return known[code ?? ''] ?? message;
}
