import type { OpenChannel } from './channel.ts';
import { GuestError } from './errors.ts';
import { asGuestError, encodeRequest, malformed, parseResult, readAnswers, recordKind } from './records.ts';

export interface RunRequest {
  language: 'python' | 'bash';
  code: string;
  /** The program is ended when this has passed, time spent waiting for another Python call included. */
  timeoutSeconds: number;
}

export interface RunResult {
  /** 124 when ended at its time-out, 128 + n when killed by signal n. */
  exitCode: number;
  /** Empty when `onStdout` took it. */
  stdout: Buffer;
  /** Empty when `onStderr` took it. */
  stderr: Buffer;
  wallSeconds: number;
  cpuSeconds: number;
}

export interface RunOptions {
  /** Gets stdout as it comes instead of `RunResult.stdout`. While its promise waits, so does the program. */
  onStdout?: (chunk: Buffer) => void | Promise<void>;
  onStderr?: (chunk: Buffer) => void | Promise<void>;
  /** Ends the program. */
  signal?: AbortSignal;
  /** Bytes of collected output beyond which the program is ended with `output_too_large`. */
  maxOutputBytes?: number;
  /** How much longer than the time-out the guest may take to answer before it counts as hung. */
  graceSeconds?: number;
}

/**
 * Runs a program in the machine and answers when it has ended. A failing program is a result, not an error.
 * Throws GuestError: `link_lost`, `timed_out` (the guest did not even answer at the time-out), `cancelled`,
 * `output_too_large`, `invalid_request`, `too_many_channels`, `guest_failed`, `protocol_violation`.
 */
export type Run = (open: OpenChannel, request: RunRequest, options?: RunOptions) => Promise<RunResult>;

export const run: Run = async (open, request, options = {}) => {
  options.signal?.throwIfAborted();
  const channel = await open('run');
  const output = new Output(options);
  const patience = new Patience(request.timeoutSeconds + (options.graceSeconds ?? 10), () => {
    channel.destroy(new GuestError('timed_out', 'The guest did not answer when the time-out had passed.'));
  });
  const cancel = () => channel.destroy(new GuestError('cancelled', 'The run was cancelled.'));
  options.signal?.addEventListener('abort', cancel);
  try {
    channel.on('error', () => {}); // readAnswers tells
    channel.write(encodeRequest(request));
    for await (const { kind, data } of readAnswers(channel)) {
      if (kind === recordKind.result) return { ...output.collected(), ...parseEnd(data) };
      patience.pause();
      await output.take(kind, data);
      patience.resume();
    }
    throw malformed();
  } catch (error) {
    throw error instanceof CallbackError ? error.cause : asGuestError(error);
  } finally {
    patience.pause();
    options.signal?.removeEventListener('abort', cancel);
    channel.destroy();
  }
};

/** A callback of the caller failed: its error is the caller's own. */
class CallbackError extends Error {}

class Output {
  readonly #options: RunOptions;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #left: number;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#left = options.maxOutputBytes ?? 268_435_456;
  }

  async take(kind: number, data: Buffer): Promise<void> {
    if (kind === recordKind.stdout) await this.#give(this.#options.onStdout, this.#stdout, data);
    else if (kind === recordKind.stderr) await this.#give(this.#options.onStderr, this.#stderr, data);
    else throw malformed();
  }

  async #give(callback: RunOptions['onStdout'], kept: Buffer[], data: Buffer): Promise<void> {
    if (callback !== undefined) {
      try {
        await callback(data);
      } catch (cause) {
        throw new CallbackError('callback', { cause });
      }
      return;
    }
    this.#left -= data.length;
    if (this.#left < 0) {
      throw new GuestError('output_too_large', 'The program was ended, because it wrote more than is kept.');
    }
    kept.push(data);
  }

  collected(): { stdout: Buffer; stderr: Buffer } {
    return { stdout: Buffer.concat(this.#stdout), stderr: Buffer.concat(this.#stderr) };
  }
}

/** A deadline that does not count the time in which we ourselves are slow. */
class Patience {
  #leftMs: number;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #onEnd: () => void;

  constructor(seconds: number, onEnd: () => void) {
    this.#leftMs = seconds * 1000;
    this.#onEnd = onEnd;
    this.resume();
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#leftMs -= performance.now() - this.#since;
  }

  resume(): void {
    this.#since = performance.now();
    // A timer of Node holds 31 bits; a longer deadline is looked at again when that has passed.
    const ms = Math.min(Math.max(0, this.#leftMs), 2 ** 31 - 1);
    this.#timer = setTimeout(() => {
      this.pause();
      if (this.#leftMs <= 0) this.#onEnd();
      else this.resume();
    }, ms);
  }
}

function parseEnd(data: Buffer): Pick<RunResult, 'exitCode' | 'wallSeconds' | 'cpuSeconds'> {
  const { exitCode, wallSeconds, cpuSeconds } = parseResult(data);
  const code = Number.isInteger(exitCode) ? (exitCode as number) : -1;
  if (code < 0 || code > 255 || !isDuration(wallSeconds) || !isDuration(cpuSeconds)) throw malformed();
  return { exitCode: code, wallSeconds, cpuSeconds };
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < 1e9;
}
