import type { Duplex } from 'node:stream';
import { errorFromGuest, GuestError, isRecord } from './errors.ts';

/**
 * What a service answers: records of a kind, a length and a body. The guest's half is agent/channel.py.
 */
export const recordKind = { stdout: 1, stderr: 2, result: 3, error: 4, body: 5 } as const;
const headerSize = 5;
const maxRecord = 131_072;

export interface Answer {
  kind: number;
  data: Buffer;
}

/** The first message of a channel: four bytes of length, then JSON. */
export function encodeRequest(request: object): Buffer {
  const text = Buffer.from(JSON.stringify(request));
  const message = Buffer.allocUnsafe(4 + text.length);
  message.writeUInt32BE(text.length, 0);
  message.set(text, 4);
  return message;
}

/**
 * Reads records until the channel ends; leaving the loop early closes the channel.
 * Throws GuestError: what the service says, `link_lost`, or `protocol_violation` for what is no record.
 */
export async function* readAnswers(channel: Duplex): AsyncGenerator<Answer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytesOf(channel)) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headerSize) {
      const kind = rest[0] ?? 0;
      const size = rest.readUInt32BE(1);
      if (size > maxRecord) throw malformed();
      const end = headerSize + size;
      if (rest.length < end) break;
      const data = rest.subarray(headerSize, end);
      rest = rest.subarray(end);
      if (kind === recordKind.error) throw errorFromGuest(data);
      yield { kind, data };
    }
  }
  if (rest.length > 0) throw malformed();
}

async function* bytesOf(channel: Duplex): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of channel) yield chunk as Buffer;
  } catch (error) {
    throw asGuestError(error);
  }
}

/** Whatever ended a channel, as a GuestError. */
export function asGuestError(error: unknown): GuestError {
  if (error instanceof GuestError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new GuestError('link_lost', `The link to the guest was lost: ${message}`, { cause: error });
}

/** The JSON of a result record. Throws GuestError `protocol_violation`. */
export function parseResult(data: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw malformed();
}

export function malformed(): GuestError {
  return new GuestError('protocol_violation', 'The guest agent gave an answer that cannot be read.');
}

/** One request, one answer. */
export async function ask(
  channel: Duplex,
  request: object,
  timeoutSeconds: number,
): Promise<Record<string, unknown>> {
  const timer = setTimeout(() => {
    channel.destroy(new GuestError('timed_out', `The guest did not answer within ${timeoutSeconds} s.`));
  }, timeoutSeconds * 1000);
  try {
    channel.end(encodeRequest(request));
    for await (const answer of readAnswers(channel)) {
      if (answer.kind === recordKind.result) return parseResult(answer.data);
    }
    throw malformed();
  } finally {
    clearTimeout(timer);
    channel.destroy();
  }
}
