import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Identity, ServiceName } from './channel.ts';
import { GuestError, isRecord, printable } from './errors.ts';
import { encodeFrame, type Frame, FrameDecoder, frameType, magic, violation } from './frames.ts';
import { type ChannelWire, GuestChannel } from './guest-channel.ts';
import { ask } from './records.ts';

const protocol = { min: 1, max: 1 } as const;
/** A guest that sends and does not read makes us queue answers; beyond this the link is ended. */
const maxQueuedBytes = 16_777_216;

export interface LinkOptions {
  /** How long the guest agent may take to answer the hello. */
  timeoutMs?: number;
  /** 1 to 2^24 - 1; names this link, so that frames of an older one are not taken for ours. */
  epoch?: number;
}

export interface GuestInfo {
  protocol: number;
  /** Version of the agent. */
  agent: string;
  /** Version of the Python interpreter in the guest. */
  python: string;
}

/**
 * The host's end of the wire to one guest agent. Whatever the guest sends, the worst outcome is that the link
 * ends with a GuestError and all its channels with `link_lost`.
 */
export class GuestLink implements ChannelWire {
  /** What the agent said about itself. */
  info: GuestInfo = { protocol: 0, agent: '', python: '' };
  /** Resolves when the link has ended: with the reason, or with null after `destroy()` without one. */
  readonly closed: Promise<Error | null>;

  readonly #stream: Duplex;
  readonly #epoch: number;
  readonly #decoder: FrameDecoder;
  readonly #channels = new Map<number, GuestChannel>();
  #waiting = new Set<GuestChannel>();
  readonly #pings = new Map<string, () => void>();
  #lastChannel = 0;
  #lastPing = 0n;
  #ended = false;
  #end!: (error: Error | null) => void;
  #greeted: ((info: GuestInfo) => void) | null = null;

  /**
   * Says hello over `stream` (the socket of the guest's serial port) and answers when the agent has replied.
   * Throws GuestError: `timed_out`, `link_lost`, `version_mismatch`, `protocol_violation`.
   */
  static async connect(stream: Duplex, options: LinkOptions = {}): Promise<GuestLink> {
    const link = new GuestLink(stream, options.epoch ?? randomInt(1, 2 ** 24));
    const timeoutMs = options.timeoutMs ?? 5000;
    const timer = setTimeout(() => {
      link.destroy(new GuestError('timed_out', `The guest agent did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
    try {
      const greeted = new Promise<GuestInfo>((resolve) => {
        link.#greeted = resolve;
      });
      link.#sayHello();
      const ended = link.closed.then((error) => {
        throw error ?? new GuestError('link_lost', 'The link to the guest was closed.');
      });
      link.info = await Promise.race([greeted, ended]);
      return link;
    } finally {
      clearTimeout(timer);
    }
  }

  private constructor(stream: Duplex, epoch: number) {
    this.#stream = stream;
    this.#epoch = epoch;
    this.#decoder = new FrameDecoder(epoch);
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
    stream.on('drain', () => this.#drained());
    stream.on('error', (error) => this.destroy(lost(error)));
    stream.on('close', () => this.destroy(lost()));
    stream.on('end', () => this.destroy(lost()));
  }

  #sayHello(): void {
    const hello = Buffer.from(JSON.stringify({ protocol }));
    this.#stream.write(Buffer.concat([magic, encodeFrame(this.#epoch, frameType.hello, 0, hello)]));
  }

  /** Milliseconds until the agent answered. Throws GuestError `timed_out` or `link_lost`. */
  async ping(timeoutMs = 5000): Promise<number> {
    this.#assertOpen();
    this.#lastPing += 1n;
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64BE(this.#lastPing);
    const name = payload.toString('hex');
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    try {
      const answered = new Promise<void>((resolve, reject) => {
        this.#pings.set(name, resolve);
        timer = setTimeout(() => {
          reject(
            new GuestError('timed_out', `The guest agent did not answer a ping within ${timeoutMs} ms.`),
          );
        }, timeoutMs);
        void this.closed.then((error) => reject(lost(error)));
      });
      this.send(frameType.ping, 0, payload);
      await answered;
      return performance.now() - began;
    } finally {
      clearTimeout(timer);
      // After a time-out the entry stays: the answer may still come, and would be a violation without it.
    }
  }

  /** Answers what the agent could not set, in words; a clock or random numbers not set are an error. */
  async identify(identity: Identity): Promise<string[]> {
    const answer = await ask(this.#open('identify'), identity, 10);
    const warnings = Array.isArray(answer.warnings) ? answer.warnings : [];
    return warnings.slice(0, 10).map((each) => printable(String(each)));
  }

  /** Loads everything that a first program needs; used while a template is made. */
  async warm(): Promise<void> {
    await ask(this.#open('warm'), {}, 120);
  }

  /** Opens a stream to a service. Throws GuestError `link_lost`. */
  async open(service: ServiceName): Promise<Duplex> {
    return this.#open(service);
  }

  #open(service: string): GuestChannel {
    this.#assertOpen();
    this.#lastChannel += 1;
    const channel = new GuestChannel(this, this.#lastChannel);
    this.#channels.set(this.#lastChannel, channel);
    this.send(frameType.open, this.#lastChannel, Buffer.from(service));
    return channel;
  }

  /** Ends the link and all its channels. The machine stays as it is. */
  destroy(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stream.destroy();
    for (const channel of this.#channels.values()) channel.lose(lost(error));
    this.#channels.clear();
    this.#waiting.clear();
    this.#pings.clear();
    this.#end(error ?? null);
  }

  #assertOpen(): void {
    if (this.#ended) throw lost();
  }

  // For channels

  send(type: number, channel: number, payload?: Uint8Array): boolean {
    if (this.#ended) return false;
    return this.#stream.write(encodeFrame(this.#epoch, type, channel, payload));
  }

  waitForRoom(channel: GuestChannel): void {
    // The stream may have drained between the write that filled it and now.
    if (this.#stream.writableNeedDrain) this.#waiting.add(channel);
    else queueMicrotask(() => channel.onRoom());
  }

  forget(channel: number): void {
    this.#channels.delete(channel);
  }

  // From the guest

  #drained(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const channel of waiting) channel.onRoom();
  }

  #take(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.feed(chunk)) {
        if (this.#ended) return;
        this.#dispatch(frame);
      }
      if (this.#stream.writableLength > maxQueuedBytes) throw violation('without reading what it was sent');
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #dispatch(frame: Frame): void {
    if (frame.type === frameType.hello) this.#hello(frame.payload);
    else if (frame.type === frameType.pong) this.#pong(frame.payload);
    else if (frame.type === frameType.reset && frame.channel === 0) {
      throw new GuestError(
        'protocol_violation',
        `The guest lost the thread: ${printable(frame.payload.toString())}`,
      );
    } else {
      const channel = this.#channels.get(frame.channel);
      if (channel === undefined) throw violation(`a frame on channel ${frame.channel}, which is not open`);
      channel.receive(frame.type, frame.payload);
    }
  }

  #hello(payload: Buffer): void {
    const value: unknown = parse(payload);
    if (!isRecord(value)) throw violation('a hello that cannot be read');
    if (typeof value.error === 'string') throw new GuestError('version_mismatch', printable(value.error));
    const { protocol: version, agent, python } = value;
    if (version !== protocol.max || typeof agent !== 'string' || typeof python !== 'string') {
      throw violation('a hello that makes no sense');
    }
    this.#greeted?.({ protocol: version, agent: printable(agent), python: printable(python) });
  }

  #pong(payload: Buffer): void {
    const name = payload.toString('hex');
    const answered = this.#pings.get(name);
    if (answered === undefined) throw violation('an answer to a ping that was not sent');
    this.#pings.delete(name);
    answered();
  }
}

function lost(cause?: Error | null): GuestError {
  if (cause instanceof GuestError && cause.code === 'link_lost') return cause;
  const why = cause ? `: ${cause.message}` : '.';
  return new GuestError('link_lost', `The link to the guest was lost${why}`, cause ? { cause } : undefined);
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
