import { Duplex } from 'node:stream';
import { errorFromGuest, GuestError } from './errors.ts';
import { channelWindow, frameType, splitPayload, violation } from './frames.ts';

/** What a channel needs of its link. */
export interface ChannelWire {
  /** False when the channel should wait for `onRoom()` before it sends more data. */
  send(type: number, channel: number, payload?: Uint8Array): boolean;
  /** Calls `onRoom()` when the stream below takes more. */
  waitForRoom(channel: GuestChannel): void;
  forget(channel: number): void;
}

/**
 * One stream to a service in the guest. Each side may send as much as it has credit for: what its peer has
 * not read counts, so a reader that stalls holds up its own channel and no other.
 */
export class GuestChannel extends Duplex {
  readonly #wire: ChannelWire;
  readonly #number: number;
  #credit = channelWindow;
  #window = channelWindow;
  #consumed = 0;
  #arrived: Buffer[] = [];
  #wanted = false;
  #guestEnded = false;
  #guestClosed = false;
  #hostClosed = false;
  #roomy = true;
  #pending: { data: Buffer; done: (error?: Error | null) => void } | null = null;

  constructor(wire: ChannelWire, number: number) {
    super({ allowHalfOpen: true });
    this.#wire = wire;
    this.#number = number;
    // A guest can end a channel at any time; that must not be an uncaught error of the whole process.
    this.on('error', () => {});
  }

  /** Takes one frame from the guest. Throws GuestError `protocol_violation`. */
  receive(type: number, payload: Buffer): void {
    if (this.#guestClosed) throw violation('a frame on a channel that it had closed');
    switch (type) {
      case frameType.data:
        if (payload.length === 0) throw violation('an empty frame of data');
        if (payload.length > this.#window) throw violation('more data than it had credit for');
        this.#window -= payload.length;
        if (this.destroyed) return; // it does not know yet that nobody listens
        this.#arrived.push(payload);
        this.#pass();
        return;
      case frameType.credit:
        this.#addCredit(payload);
        return;
      case frameType.end:
        this.#guestClosed = true;
        this.#guestEnded = true;
        this.#pass();
        break;
      case frameType.reset:
        this.#guestClosed = true;
        this.#closeHostSide(frameType.reset);
        if (!this.destroyed) this.destroy(errorFromGuest(payload));
        break;
      default:
        throw violation(`a frame of type ${type} on a channel`);
    }
    this.#forgetWhenDone();
  }

  #addCredit(payload: Buffer): void {
    const more = payload.length === 4 ? payload.readUInt32BE(0) : 0;
    if (more === 0 || this.#credit + more > channelWindow) throw violation('credit that makes no sense');
    this.#credit += more;
    this.onRoom();
  }

  /** The stream below takes more, or the guest does. */
  onRoom(): void {
    this.#roomy = true;
    this.#sendPending();
  }

  /** The link is gone: no frame can be sent any more. */
  lose(error: Error): void {
    this.#guestClosed = true;
    this.#hostClosed = true;
    this.destroy(error);
  }

  override _read(): void {
    this.#wanted = true;
    this.#pass();
  }

  #pass(): void {
    while (this.#wanted && this.#arrived.length > 0) {
      const data = this.#arrived.shift() as Buffer;
      this.#grant(data.length);
      this.#wanted = this.push(data);
    }
    if (this.#guestEnded && this.#arrived.length === 0 && !this.destroyed) {
      this.#guestEnded = false;
      this.push(null);
    }
  }

  #grant(size: number): void {
    this.#consumed += size;
    if (this.#consumed < channelWindow / 2 || this.#guestClosed) return;
    this.#window += this.#consumed;
    const credit = Buffer.alloc(4);
    credit.writeUInt32BE(this.#consumed);
    this.#consumed = 0;
    this.#wire.send(frameType.credit, this.#number, credit);
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#pending = { data, done };
    this.#sendPending();
  }

  #sendPending(): void {
    while (this.#pending !== null && !this.#hostClosed) {
      const { data, done } = this.#pending;
      if (data.length === 0) {
        this.#pending = null;
        done();
        continue;
      }
      if (this.#credit === 0 || this.#guestClosed) return;
      if (!this.#roomy) {
        this.#wire.waitForRoom(this);
        return;
      }
      const size = splitPayload(data, this.#credit);
      this.#credit -= size;
      this.#pending.data = data.subarray(size);
      this.#roomy = this.#wire.send(frameType.data, this.#number, data.subarray(0, size));
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#closeHostSide(frameType.end);
    this.#forgetWhenDone();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#arrived = [];
    this.#abort();
    const pending = this.#pending;
    this.#pending = null;
    pending?.done(error ?? new GuestError('cancelled', 'The channel to the guest was closed.'));
    done(error);
  }

  /** Tells the guest that nobody is interested, unless it has finished anyway. */
  #abort(): void {
    if (!this.#guestClosed) this.#wire.send(frameType.reset, this.#number);
    else this.#closeHostSide(frameType.reset);
    this.#hostClosed = true;
    this.#forgetWhenDone();
  }

  #closeHostSide(type: number): void {
    if (this.#hostClosed) return;
    this.#hostClosed = true;
    this.#wire.send(type, this.#number);
  }

  #forgetWhenDone(): void {
    if (this.#guestClosed && this.#hostClosed) this.#wire.forget(this.#number);
  }
}
