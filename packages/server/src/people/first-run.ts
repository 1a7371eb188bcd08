import { hash, timingSafeEqual } from 'node:crypto';

/**
 * The one-time link to make the first person. Its token lives in memory alone, is fresh at each start, and is
 * void as soon as any person exists, however made.
 */
export class FirstRun {
  #digest: Buffer | null = null;

  /** @returns the token, 43 URL-safe characters. */
  open(randomBytes: (size: number) => Uint8Array): string {
    const token = Buffer.from(randomBytes(32)).toString('base64url');
    this.#digest = hash('sha256', token, 'buffer');
    return token;
  }

  close(): void {
    this.#digest = null;
  }

  get isOpen(): boolean {
    return this.#digest !== null;
  }

  accepts(token: string): boolean {
    return this.#digest !== null && timingSafeEqual(hash('sha256', token, 'buffer'), this.#digest);
  }
}
