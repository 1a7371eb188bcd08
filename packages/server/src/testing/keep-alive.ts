import { connect } from 'node:net';

/** One connection that asks one thing after another, at a fraction of the cost of a whole HTTP client. */
export function keepAlive(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
    .setEncoding('latin1')
    .setNoDelay();
  let received = '';
  let answered: ((status: number) => void) | null = null;
  let failed: ((error: Error) => void) | null = null;
  socket.on('data', (text: string) => {
    received += text;
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
    if (received.length < headEnd + 4 + length) return;
    const status = Number(received.slice(9, 12));
    received = '';
    answered?.(status);
  });
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error('the connection was closed')));
  return {
    /** Sends a whole request as it is -> the status of its answer, which must have a Content-Length. */
    ask(request: string): Promise<number> {
      return new Promise((resolve, reject) => {
        answered = resolve;
        failed = reject;
        socket.write(request);
      });
    },
    close: () => socket.destroy(),
  };
}
