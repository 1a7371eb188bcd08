import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { LineSplitter, parseQmpLine, QmpError, type QmpEvent } from './qmp-message.ts';

interface Pending {
  command: string;
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * One connection to QEMU's control socket (QEMU Machine Protocol). QEMU serves one client at a time. Every
 * command has a deadline: a QEMU that hangs must not hang its owner.
 */
export class QmpClient {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #events = new EventEmitter<{ event: [QmpEvent]; closed: [] }>();
  readonly #lines = new LineSplitter();
  #nextId = 1;
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#events.setMaxListeners(0);
    socket.on('data', (piece: Buffer) => this.#take(piece));
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
  }

  /** Takes over a connected socket and leaves the negotiation mode. */
  static async open(socket: Socket, timeoutMs: number): Promise<QmpClient> {
    const client = new QmpClient(socket);
    try {
      await client.execute('qmp_capabilities', {}, timeoutMs);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  async execute<T = unknown>(command: string, args: object, timeoutMs: number): Promise<T> {
    if (this.#closed) throw new QmpError('closed', command, 'QEMU has closed its control socket');
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new QmpError('timeout', command, `QEMU gave no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(id, { command, resolve, reject, timer });
    });
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    return (await answer) as T;
  }

  /** The first event that `wanted` accepts. Call it before the command that causes the event. */
  nextEvent(wanted: (event: QmpEvent) => boolean, timeoutMs: number): Promise<QmpEvent> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        this.#events.off('event', onEvent);
        this.#events.off('closed', onClosed);
        act();
      };
      const onEvent = (event: QmpEvent) => {
        if (wanted(event)) finish(() => resolve(event));
      };
      const onClosed = () => finish(() => reject(new QmpError('closed', 'event', 'QEMU has ended')));
      const timer = setTimeout(
        () =>
          finish(() => reject(new QmpError('timeout', 'event', `nothing happened within ${timeoutMs} ms`))),
        timeoutMs,
      );
      this.#events.on('event', onEvent);
      this.#events.on('closed', onClosed);
      if (this.#closed) onClosed();
    });
  }

  onEvent(listen: (event: QmpEvent) => void): void {
    this.#events.on('event', listen);
  }

  onClosed(listen: () => void): void {
    if (this.#closed) queueMicrotask(listen);
    else this.#events.once('closed', listen);
  }

  /** Leaves QEMU running. */
  close(): void {
    this.#socket.destroy();
    this.#end();
  }

  #take(piece: Buffer): void {
    try {
      for (const line of this.#lines.push(piece)) this.#dispatch(line);
    } catch {
      // Not the protocol: nothing after this could be trusted.
      this.close();
    }
  }

  #dispatch(line: string): void {
    const message = parseQmpLine(line);
    if (message.kind === 'event') this.#events.emit('event', message.event);
    if (message.kind !== 'answer') return;
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.error) {
      pending.reject(new QmpError('refused', pending.command, message.error));
    } else pending.resolve(message.value);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new QmpError('closed', pending.command, 'QEMU has ended'));
    }
    this.#pending.clear();
    this.#events.emit('closed');
  }
}
