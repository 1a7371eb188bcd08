import { type Duplex, Readable } from 'node:stream';
import type { OpenChannel } from './channel.ts';
import { GuestError } from './errors.ts';
import { asGuestError, encodeRequest, malformed, parseResult, readAnswers, recordKind } from './records.ts';

export interface PutFileRequest {
  /** Absolute, or below /app. */
  path: string;
  /** Makes the folders that are missing. */
  recursive: boolean;
  /** Exactly as many bytes must come. */
  size: number;
  /** Permission bits; without them those of the file that is replaced, or 0644. */
  mode?: number;
}

export interface FileOptions {
  signal?: AbortSignal;
  /** How long the guest may be silent before it counts as hung. */
  stallSeconds?: number;
}

/**
 * Writes a file in the machine: whole, or not at all. Consumes `source`, destroys it on failure.
 * Throws GuestError: `is_directory`, `not_a_file`, `no_parent`, `no_space`, `permission_denied`, `incomplete`
 * (source shorter than `size`), `invalid_request`, `timed_out`, `link_lost`; or the error of `source`.
 */
export async function putFile(
  open: OpenChannel,
  request: PutFileRequest,
  source: Readable,
  options: FileOptions = {},
): Promise<{ path: string; size: number }> {
  const channel = await openWatched(open, 'put-file', options);
  const sent = send(channel, request, source);
  try {
    for await (const { kind, data } of readAnswers(channel.stream)) {
      if (kind !== recordKind.result) throw malformed();
      const { path, size } = parseResult(data);
      if (typeof path !== 'string' || size !== request.size) throw malformed();
      channel.stream.end();
      return { path, size: request.size };
    }
    throw malformed();
  } catch (error) {
    channel.stream.destroy();
    const failure = await Promise.race([sent, Promise.resolve(null)]);
    throw failure ?? asGuestError(error);
  } finally {
    channel.done();
    source.destroy();
  }
}

/** Answers the error of the source, or null. */
async function send(channel: Watched, request: PutFileRequest, source: Readable): Promise<Error | null> {
  const { stream } = channel;
  stream.write(encodeRequest(request));
  try {
    for await (const chunk of source) {
      channel.waiting();
      await written(stream, chunk as Buffer);
      channel.idle();
    }
  } catch (error) {
    if (stream.destroyed || stream.writableEnded) return null; // answered already, so the source was destroyed
    stream.destroy();
    return error as Error;
  }
  channel.waiting();
  stream.end();
  return null;
}

function written(stream: Duplex, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Reads a file of the machine. `body` gives exactly `size` bytes or fails; destroy it to stop early.
 * Throws GuestError: `not_found`, `is_directory`, `not_a_file`, `permission_denied`, `invalid_request`,
 * `timed_out`, `link_lost`; `body` also `incomplete`.
 */
export async function getFile(
  open: OpenChannel,
  request: { path: string },
  options: FileOptions = {},
): Promise<{ size: number; body: Readable }> {
  const channel = await openWatched(open, 'get-file', options);
  try {
    channel.waiting();
    channel.stream.end(encodeRequest(request));
    const answers = readAnswers(channel.stream);
    const first = await answers.next();
    channel.idle();
    if (first.done || first.value.kind !== recordKind.result) throw malformed();
    const { size } = parseResult(first.value.data);
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw malformed();
    const body = Readable.from(bodyOf(channel, answers, size), { objectMode: false });
    body.once('close', () => channel.close());
    return { size, body };
  } catch (error) {
    channel.close();
    throw asGuestError(error);
  }
}

async function* bodyOf(
  channel: Watched,
  answers: ReturnType<typeof readAnswers>,
  size: number,
): AsyncGenerator<Buffer> {
  let left = size;
  for (;;) {
    channel.waiting();
    const next = await answers.next();
    channel.idle();
    if (next.done) break;
    left -= next.value.data.length;
    if (next.value.kind !== recordKind.body || left < 0) throw malformed();
    yield next.value.data;
  }
  if (left > 0) throw new GuestError('incomplete', `The guest sent ${size - left} of ${size} bytes.`);
}

/** A channel that is given up when the guest lets us wait too long; while we ourselves wait, nothing counts. */
interface Watched {
  stream: Duplex;
  waiting(): void;
  idle(): void;
  done(): void;
  close(): void;
}

async function openWatched(
  open: OpenChannel,
  service: 'put-file' | 'get-file',
  options: FileOptions,
): Promise<Watched> {
  options.signal?.throwIfAborted();
  const stream = await open(service);
  stream.on('error', () => {}); // readers and writers tell
  const seconds = options.stallSeconds ?? 30;
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => stream.destroy(new GuestError('cancelled', 'The transfer was cancelled.'));
  options.signal?.addEventListener('abort', cancel);
  const watched: Watched = {
    stream,
    waiting() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stream.destroy(new GuestError('timed_out', `The guest was silent for ${seconds} s.`));
      }, seconds * 1000);
    },
    idle: () => clearTimeout(timer),
    done() {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    },
    close() {
      watched.done();
      stream.destroy();
    },
  };
  return watched;
}
