import type { Peppers } from './pepper.ts';
import { type Sealer, sealer } from './sealing.ts';

const VERSION_BYTES = 4;

/** Whose answer it is: a caller, and the Idempotency-Key that they gave. */
export interface SealedFor {
  caller: string;
  key: string;
}

/**
 * Seals what one caller can have again. The sealing key is made of a pepper, which is not in the database, and of the
 * caller's own Idempotency-Key, which is not stored: a copy of the database, even with the pepper, does not open it.
 */
export class CallerSealing {
  readonly #deps: { peppers: Peppers; randomBytes(size: number): Uint8Array };
  constructor(deps: { peppers: Peppers; randomBytes(size: number): Uint8Array }) {
    this.#deps = deps;
  }

  seal(text: string, whom: SealedFor): Buffer {
    const version = this.#deps.peppers.current;
    const head = Buffer.alloc(VERSION_BYTES);
    head.writeUInt32BE(version);
    return Buffer.concat([head, this.#sealer(version, whom)!.seal(text, whom.caller)]);
  }

  /** Null for another caller or key, and once the pepper of then is gone. */
  open(sealed: Uint8Array, whom: SealedFor): string | null {
    const bytes = Buffer.from(sealed);
    const own = this.#sealer(bytes.readUInt32BE(0), whom);
    return own?.open(bytes.subarray(VERSION_BYTES), whom.caller) ?? null;
  }

  #sealer(version: number, { caller, key }: SealedFor): Sealer | null {
    const { peppers, randomBytes } = this.#deps;
    const secret = peppers.digest(version, `sealed answer\n${caller}\n${key}`);
    return secret && sealer(secret, randomBytes);
  }
}
