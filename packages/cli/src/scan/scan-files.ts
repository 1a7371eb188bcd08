import { closeSync, constants, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { setImmediate as breathe } from 'node:timers/promises';
import { problemOf, type Results } from './finding.ts';
import { type Match, SecretWindow } from './secret-window.ts';

const SLASH = Buffer.from('/');
const NAMES_NOT_SEARCHED = new Set(['.git']);

/** Reads between two looks at whether the run was interrupted: some tens of milliseconds. */
const READS_A_BREATH = 128;

/**
 * Searches a file, or every regular file below a folder: big, hidden and binary ones too, `.git` not. Links that
 * are met are not followed. Calls that wait are used throughout: for many small files they are several times
 * faster.
 */
export class FileScanner {
  readonly #results: Results;
  readonly #signal: AbortSignal;
  readonly #quick = new SecretWindow({ countsLines: false });
  readonly #exact = new SecretWindow({ countsLines: true });
  #reads = 0;

  constructor(results: Results, signal: AbortSignal) {
    this.#results = results;
    this.#signal = signal;
  }

  async scan(path: string): Promise<void> {
    const start = Buffer.from(path);
    try {
      const stat = statSync(path);
      if (stat.isDirectory()) await this.#scanFolders(start);
      else if (stat.isFile()) await this.#scanFile(start, 0);
      else throw new Error('it is no file or folder; pipe it in and give - instead');
    } catch (error) {
      this.#fail(start, error);
    }
  }

  // Names stay bytes: one that is not UTF-8 can be opened in no other way.
  async #scanFolders(start: Buffer): Promise<void> {
    const waiting = [start];
    for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
      const inside: Buffer[] = [];
      for (const entry of this.#entries(folder)) {
        if (NAMES_NOT_SEARCHED.has(entry.name.toString())) continue;
        const path = folder.at(-1) === SLASH[0] ? [folder, entry.name] : [folder, SLASH, entry.name];
        if (entry.isDirectory()) inside.push(Buffer.concat(path));
        else if (entry.isFile()) await this.#scanFile(Buffer.concat(path), constants.O_NOFOLLOW ?? 0);
      }
      waiting.push(...inside.reverse());
    }
  }

  #entries(folder: Buffer) {
    try {
      const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
      return entries.sort((one, other) => Buffer.compare(one.name, other.name));
    } catch (error) {
      this.#fail(folder, error);
      return [];
    }
  }

  async #scanFile(path: Buffer, flags: number): Promise<void> {
    let file: number | null = null;
    try {
      // NONBLOCK: a named pipe that took a file's place must not hang the search.
      file = openSync(path, constants.O_RDONLY | flags | (constants.O_NONBLOCK ?? 0));
      const isFound = (await this.#read(file, this.#quick, true)).length > 0;
      this.#results.files++;
      const matches = isFound ? await this.#read(file, this.#exact, false) : [];
      for (const match of matches)
        this.#results.findings.push({ ...match, path: path.toString(), history: null });
    } catch (error) {
      this.#fail(path, error);
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  async #read(file: number, window: SecretWindow, isFirst: boolean): Promise<Match[]> {
    const matches: Match[] = [];
    let position = 0;
    try {
      for (;;) {
        if (++this.#reads % READS_A_BREATH === 0) await breathe();
        this.#signal.throwIfAborted();
        const room = window.room();
        const count = readSync(file, room, 0, room.length, position);
        position += count;
        if (isFirst) this.#results.bytes += count;
        if (count === 0) break;
        matches.push(...window.advance(count));
      }
    } finally {
      // Also after a failure: what it left must not run into the next file.
      matches.push(...window.end());
    }
    return matches;
  }

  #fail(path: Buffer, error: unknown): void {
    this.#signal.throwIfAborted();
    this.#results.failures.push({ path: path.toString(), problem: problemOf(error) });
  }
}
