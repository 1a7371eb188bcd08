import { createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file on its way into a machine, whole on this host's disk. */
export interface Spooled {
  size: number;
  /** To be read once. */
  stream(): Promise<Readable>;
  remove(): Promise<void>;
}

/** Keeps uploads on disk until they are whole, so that memory stays flat and a slow sender holds no channel of a machine. */
export class Spool {
  readonly #folder: string;
  readonly #randomUuid: () => string;
  constructor(dataDir: string, randomUuid: () => string) {
    this.#folder = join(dataDir, 'uploads');
    this.#randomUuid = randomUuid;
  }

  /** Forgets what a crash left. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { mode: 0o700 });
  }

  async take(source: Readable): Promise<Spooled> {
    const file = join(this.#folder, this.#randomUuid());
    const remove = () => rm(file, { force: true });
    try {
      await pipeline(source, createWriteStream(file, { mode: 0o600 }));
      return {
        size: (await stat(file)).size,
        stream: async () => (await open(file)).createReadStream(),
        remove,
      };
    } catch (error) {
      await remove();
      throw error;
    }
  }
}
