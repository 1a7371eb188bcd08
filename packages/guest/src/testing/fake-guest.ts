import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';
import { encodeFrame, frameType, magic } from '../frames.ts';
import { GuestLink } from '../link.ts';

export const testEpoch = 4711;

/** A guest that a test speaks for: it may say anything. */
export class FakeGuest {
  readonly stream: Duplex;
  readonly hostStream: Duplex;

  /** Resolves when the host has opened its first channel (number 1). */
  readonly opened: Promise<void>;

  constructor() {
    [this.hostStream, this.stream] = duplexPair();
    this.opened = new Promise((resolve) => {
      this.stream.on('data', (chunk: Buffer) => {
        // A chunk is one write of the host: a frame, or the magic and a frame.
        if (chunk[12] === frameType.open) resolve();
      });
    });
  }

  /** A link whose guest has said hello properly. */
  async link(): Promise<GuestLink> {
    const connecting = GuestLink.connect(this.hostStream, { epoch: testEpoch, timeoutMs: 1000 });
    this.hello();
    const link = await connecting;
    return link;
  }

  hello(answer: object = { protocol: 1, agent: '0', python: '3.11' }): void {
    this.stream.write(magic);
    this.frame(frameType.hello, 0, Buffer.from(JSON.stringify(answer)));
  }

  frame(type: number, channel: number, payload?: Buffer): void {
    this.stream.write(encodeFrame(testEpoch, type, channel, payload));
  }
}
