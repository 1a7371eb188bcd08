import { connect } from 'node:net';

/** One connection that asks one thing after another, at a fraction of the cost of a whole HTTP client. */
export function keepAlive(url: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
    .setEncoding('latin1')
    .setNoDelay();
  let received = '';
  let answered: ((answer: { status: number; body: string }) => void) | null = null;
  let failed: ((error: Error) => void) | null = null;
  socket.on('data', (text: string) => {
    received += text;
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1]);
    if (received.length < headEnd + 4 + length) return;
    const status = Number(received.slice(9, 12));
    const body = received.slice(headEnd + 4);
    received = '';
    answered?.({ status, body });
  });
  socket.on('error', (error) => failed?.(error));
  socket.on('close', () => failed?.(new Error('the connection was closed')));
  /** Sends a whole request as it is -> its answer, which must have a Content-Length. */
  const askWhole = (request: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      answered = resolve;
      failed = reject;
      socket.write(request);
    });
  return {
    askWhole,
    ask: async (request: string) => (await askWhole(request)).status,
    close: () => socket.destroy(),
  };
}
