import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const MARK = 'HTTP/1.1 ';

/**
 * A keep-alive connection that sends prepared requests many at a time and counts the statuses that come back. It
 * costs a tenth of an HTTP client, which is what lets one process ask a million times.
 */
export class RawConnection {
  readonly #socket: Socket;
  #rest = '';
  #waiting: { left: number; statuses: Map<string, number>; resolve(): void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket
      .setNoDelay(true)
      .setEncoding('latin1')
      .on('data', (chunk: string) => this.#count(chunk));
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  static openAll(port: number, count: number): Promise<RawConnection[]> {
    return Promise.all(Array.from({ length: count }, () => RawConnection.open(port)));
  }

  /** Sends `request` `times` at once; gives how often each status came, when all have. */
  async send(request: string, times = 1): Promise<Map<string, number>> {
    const statuses = new Map<string, number>();
    await new Promise<void>((resolve, reject) => {
      this.#waiting = { left: times, statuses, resolve };
      this.#socket.once('error', reject);
      this.#socket.write(request.repeat(times));
    });
    this.#socket.removeAllListeners('error');
    return statuses;
  }

  close(): void {
    this.#socket.destroy();
  }

  /** No body of ours holds the mark; a status that is cut in two waits for its second half. */
  #count(chunk: string): void {
    const text = this.#rest + chunk;
    let from = 0;
    for (;;) {
      const at = text.indexOf(MARK, from);
      if (at === -1 || at + MARK.length + 3 > text.length) {
        this.#rest = text.slice(at === -1 ? Math.max(from, text.length - MARK.length + 1) : at);
        return;
      }
      from = at + MARK.length + 3;
      this.#counted(text.slice(at + MARK.length, from));
    }
  }

  #counted(status: string): void {
    const waiting = this.#waiting!;
    waiting.statuses.set(status, (waiting.statuses.get(status) ?? 0) + 1);
    if (--waiting.left === 0) waiting.resolve();
  }
}

export function rawRequest(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): string {
  const all = {
    host: '127.0.0.1',
    ...headers,
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body ?? ''}`;
}
