import { GuestError } from './errors.ts';

/**
 * The frames of the wire. The guest's half is agent/frames.py; both name the same numbers.
 *
 * A frame is a header of 16 bytes and a payload. The header begins and ends with a zero byte and the magic has
 * none, so the magic is only ever seen where a hello begins, provided that payloads which hold it are split
 * (`splitPayload`). That is how an agent whose last host died in mid-frame finds the next one.
 */
export const magic: Buffer = Buffer.from('\xffInstaVM.link\r\n\xfe', 'latin1');
export const headerSize = 16;
export const maxPayload = 65_536;
export const maxHello = 4096;
/** Bytes that may be under way in one direction of one channel. */
export const channelWindow = 262_144;

export const frameType = {
  hello: 1,
  ping: 2,
  pong: 3,
  open: 4,
  data: 5,
  credit: 6,
  end: 7,
  reset: 8,
} as const;
const lastType = frameType.reset;
/** What an agent sends when it starts: a hello that answers nobody. */
const restartNotice = Buffer.concat([magic, encodeFrame(0, frameType.hello, 0)]);

export interface Frame {
  type: number;
  channel: number;
  payload: Buffer;
}

/** `epoch` is 1 to 2^24 - 1, chosen afresh by the host for each link. */
export function encodeFrame(epoch: number, type: number, channel: number, payload?: Uint8Array): Buffer {
  const size = payload?.length ?? 0;
  const frame = Buffer.allocUnsafe(headerSize + size);
  frame.writeUInt32BE(epoch, 0);
  frame.writeUInt32BE(channel, 4);
  frame.writeUInt32BE(size, 8);
  frame.writeUInt32BE(type * 0x1000000, 12);
  if (payload !== undefined) frame.set(payload, headerSize);
  return frame;
}

/** How many bytes of `data` can go into one frame: at most `limit`, and never a whole magic. */
export function splitPayload(data: Buffer, limit: number): number {
  const size = Math.min(data.length, limit, maxPayload);
  const at = data.subarray(0, size).indexOf(magic);
  return at < 0 ? size : at + magic.length - 1;
}

/**
 * Cuts the guest's bytes into frames. Until the guest has answered our hello, everything is skipped: it may be
 * what was meant for a host before us. Afterwards every unexpected byte is an error.
 */
export class FrameDecoder {
  readonly #epoch: number;
  #rest: Buffer = Buffer.alloc(0);
  #linked = false;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** Throws GuestError `protocol_violation`. */
  *feed(chunk: Buffer): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#linked) {
      const hello = this.#findHello();
      if (hello === undefined) return;
      yield hello;
    }
    for (;;) {
      if (this.#restarted()) throw new GuestError('link_lost', 'The guest agent was started anew.');
      const frame = this.#take();
      if (frame === undefined) return;
      if (frame.type === frameType.hello) throw violation('a second hello');
      yield frame;
    }
  }

  /** The agent before may have died in the middle of a frame, which then never gets complete. */
  #restarted(): boolean {
    const at = this.#rest.length - restartNotice.length;
    return at >= 0 && this.#rest.subarray(at).equals(restartNotice);
  }

  #findHello(): Frame | undefined {
    for (;;) {
      const at = this.#rest.indexOf(magic);
      if (at < 0) {
        this.#rest = this.#rest.subarray(Math.max(0, this.#rest.length - magic.length + 1));
        return undefined;
      }
      const start = at + magic.length;
      this.#rest = this.#rest.subarray(at);
      if (this.#rest.length < magic.length + headerSize) return undefined;
      this.#rest = this.#rest.subarray(start - at);
      // An answer to an older hello can still be under way, and so can a file that holds the magic.
      const ours = this.#rest.readUInt32BE(0) === this.#epoch && this.#rest[12] === frameType.hello;
      if (!ours) continue;
      if (this.#rest.readUInt32BE(8) > maxHello) throw violation('a hello that is too long');
      const frame = this.#take();
      if (frame === undefined) {
        this.#rest = Buffer.concat([magic, this.#rest]); // the payload is still to come
        return undefined;
      }
      this.#linked = true;
      return frame;
    }
  }

  #take(): Frame | undefined {
    const bytes = this.#rest;
    if (bytes.length < headerSize) return undefined;
    const size = bytes.readUInt32BE(8);
    const type = bytes[12] ?? 0;
    if (bytes.readUInt32BE(0) !== this.#epoch) throw violation('a frame of another link');
    if (type === 0 || type > lastType) throw violation(`an unknown type of frame (${type})`);
    if (size > maxPayload) throw violation(`a frame of ${size} bytes`);
    if (bytes.length < headerSize + size) return undefined;
    this.#rest = bytes.subarray(headerSize + size);
    return { type, channel: bytes.readUInt32BE(4), payload: bytes.subarray(headerSize, headerSize + size) };
  }
}

export function violation(what: string): GuestError {
  return new GuestError('protocol_violation', `The guest sent ${what}; the link to it was ended.`);
}
