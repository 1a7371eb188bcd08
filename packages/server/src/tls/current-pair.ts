import { type BigIntStats, statSync } from 'node:fs';
import type { Logger } from 'pino';
import { hostsOf, type Pair, PairError, type PairFiles, readPair } from './pair.ts';

export interface CurrentPairDeps {
  now(): number;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const DAY_MS = 86_400_000;
/** An ACME client renews 30 days before the end: with 14 left something is wrong. */
const WARNING_DAYS = 14;

/** The pair in force. `check` takes a new one from the files; a broken one changes nothing. */
export class CurrentPair {
  readonly #files: PairFiles;
  readonly #deps: CurrentPairDeps;
  #pair: Pair;
  /** State of the files when they were read last. */
  #stamp: string;
  /** Why the files of that state are not in force, told once they have stayed so. */
  #refused: { why: string; isTold: boolean } | null = null;
  #warnedAtMs = Number.NEGATIVE_INFINITY;

  /** Throws PairError. */
  constructor(files: PairFiles, deps: CurrentPairDeps) {
    this.#files = files;
    this.#deps = deps;
    this.#stamp = stampOf(files);
    this.#pair = readPair(files, deps.now());
    this.#warnOfEnd();
  }

  get pair(): Pair {
    return this.#pair;
  }

  get hosts(): string[] {
    return hostsOf(this.#pair.certificate);
  }

  /** True when another pair is in force now. Called every second or so. */
  check(): boolean {
    this.#warnOfEnd();
    const stamp = stampOf(this.#files);
    if (stamp === this.#stamp) {
      this.#tellRefusal();
      return false;
    }
    this.#stamp = stamp;
    this.#refused = null;
    try {
      const pair = readPair(this.#files, this.#deps.now());
      if (pair.cert === this.#pair.cert && pair.key === this.#pair.key) return false;
      this.#pair = pair;
      this.#warnedAtMs = Number.NEGATIVE_INFINITY;
      this.#deps.log.info(
        { hosts: this.hosts, expires_at: pair.certificate.validToDate.toISOString() },
        'the certificate was replaced',
      );
      return true;
    } catch (error) {
      if (!(error instanceof PairError)) throw error;
      // Between the renames of two files they do not fit for a moment: no reason to cry.
      this.#refused = { why: error.message, isTold: false };
      return false;
    }
  }

  #tellRefusal(): void {
    if (!this.#refused || this.#refused.isTold) return;
    this.#refused.isTold = true;
    this.#deps.log.error(
      { reason: this.#refused.why },
      'the new certificate cannot be used; the one before stays in force',
    );
  }

  #warnOfEnd(): void {
    const { validToDate } = this.#pair.certificate;
    const nowMs = this.#deps.now();
    const leftMs = validToDate.getTime() - nowMs;
    if (leftMs > WARNING_DAYS * DAY_MS || nowMs - this.#warnedAtMs < DAY_MS) return;
    this.#warnedAtMs = nowMs;
    const facts = { expires_at: validToDate.toISOString(), file: this.#files.certFile };
    if (leftMs > 0) this.#deps.log.warn(facts, 'the certificate ends soon; renew it');
    else this.#deps.log.error(facts, 'the certificate has expired: clients refuse it; renew it');
  }
}

/** What a rename, a new target of a link or a write changes. */
function stampOf({ certFile, keyFile }: PairFiles): string {
  return [certFile, keyFile].map(stampOfFile).join(' ');
}

function stampOfFile(file: string): string {
  let stats: BigIntStats;
  try {
    stats = statSync(file, { bigint: true });
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
  return `${stats.dev}:${stats.ino}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.size}`;
}
