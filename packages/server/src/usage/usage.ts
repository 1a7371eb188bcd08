import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { ServedRequest } from '../http/served-request.ts';
import { UsageBuffer } from './buffer.ts';
import { forgetSubjects } from './forget-subjects.ts';
import { UsageReader } from './reader.ts';
import { forgetOldUsage, rollUp } from './roll-up.ts';
import { UsageWriter } from './writer.ts';

export interface UsageDeps {
  db: Kysely<Database>;
  slices: { next(): Promise<unknown> };
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/** What was used: counted in memory, written within seconds, rolled up when it is over. */
export class Usage {
  readonly buffer: UsageBuffer;
  readonly writer: UsageWriter;
  readonly reader: UsageReader;
  readonly #deps: UsageDeps;

  constructor(deps: UsageDeps) {
    this.#deps = deps;
    this.buffer = new UsageBuffer(() => Buffer.from(deps.randomBytes(6)).readUIntBE(0, 6));
    this.writer = new UsageWriter({ ...deps, buffer: this.buffer });
    this.reader = new UsageReader({ ...deps, buffer: this.buffer });
  }

  note(served: ServedRequest): void {
    this.buffer.note(served);
  }

  flush(): Promise<void> {
    return this.writer.flush();
  }

  /** Sums what is over and deletes what is older than it is kept. */
  async keepUp(): Promise<void> {
    const { isNewDay } = await rollUp({ ...this.#deps, buffer: this.buffer });
    await forgetOldUsage(this.#deps);
    if (!isNewDay) return;
    await forgetSubjects(this.#deps.db);
    this.writer.forgetIds();
  }
}
