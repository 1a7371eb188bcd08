import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where raw bytes go: plain, or through TLS that is trusted by the authority `ca` (PEM). */
export interface Endpoint {
  host?: string;
  port: number;
  ca?: string;
}

export interface RawAnswer {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: string;
}

const TIMEOUT_MS = 5000;

/**
 * Sends bytes as they are and reads until the other side closes -> every answer on the connection. A side that
 * waits for more is given up after 5 s, with the answers until then.
 */
export async function sendRaw(endpoint: Endpoint, bytes: string): Promise<RawAnswer[]> {
  return answersIn(await exchange(endpoint, Buffer.from(bytes, 'latin1')));
}

function exchange({ host = '127.0.0.1', port, ca }: Endpoint, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket: Socket = ca
      ? connectTls({ host, port, ca, servername: 'localhost' }, () => socket.write(bytes))
      : connectPlain({ host, port }, () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece;
    });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    // Who refuses while bytes still arrive may reset the connection behind its answer.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) reject(error);
    });
    socket.on('close', () => resolve(text));
  });
}

/** By Content-Length, by chunks, or to the end: as a client splits them. */
function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (/^HTTP\/1\.[01] \d{3}/.test(rest)) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) break;
    const [line = '', ...fields] = rest.slice(0, headEnd).split('\r\n');
    const headers = Object.fromEntries(
      fields.map((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
      }),
    );
    const status = Number(line.slice(9, 12));
    rest = rest.slice(headEnd + 4);
    if (status === 100) continue;
    const [body, after] = bodyOf(headers, rest);
    answers.push({ status, headers, body });
    rest = after;
  }
  return answers;
}

function bodyOf(headers: Record<string, string>, text: string): [string, string] {
  if (headers['transfer-encoding'] === 'chunked') {
    let [body, rest] = ['', text];
    for (;;) {
      const size = Number.parseInt(rest, 16);
      const start = rest.indexOf('\r\n') + 2;
      if (!(size > 0)) return [body, rest.slice(start + 2)];
      body += rest.slice(start, start + size);
      rest = rest.slice(start + size + 2);
    }
  }
  const length = headers['content-length'] === undefined ? text.length : Number(headers['content-length']);
  return [text.slice(0, length), text.slice(length)];
}
