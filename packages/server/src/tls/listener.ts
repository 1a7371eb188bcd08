import { constants } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Pair } from './pair.ts';

/** Every client of the last ten years knows one of these; all of them keep past traffic secret if the key gets lost. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** First byte of a TLS connection: a record of the handshake. No method of HTTP begins with it. */
const TLS_HANDSHAKE = 0x16;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * A server of https that answers plain http on the same port as well, so that whoever forgets the `s` is told so
 * instead of finding a dead connection, and a key that was sent that way is known to have been.
 */
export function createTlsListener(handler: RequestListener, pair: Pair, options: ServerOptions = {}): Server {
  const server = createServer(
    { ...options, ...optionsOf(pair), handshakeTimeout: HANDSHAKE_TIMEOUT_MS },
    handler,
  );
  const accept = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.setTimeout(HANDSHAKE_TIMEOUT_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    firstByte(socket, (byte) => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      if (byte === TLS_HANDSHAKE) for (const listener of accept) listener.call(server, socket);
      else acceptPlain(server, socket);
    });
  });
  return server;
}

/** From the next connection on. */
export function replacePair(server: Server, pair: Pair): void {
  server.setSecureContext(optionsOf(pair));
}

function optionsOf({ cert, key }: Pair): ServerOptions {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    ALPNProtocols: ['http/1.1'],
  };
}

/** Looks at what was sent first and puts it back. Never calls for a connection that ends without a byte. */
function firstByte(socket: Socket, next: (byte: number) => void): void {
  const look = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    socket.removeListener('readable', look);
    socket.unshift(chunk);
    next(chunk[0]!);
  };
  socket.on('readable', look);
}

/** The HTTP half of the https server takes any socket: limits, timeouts and closing are the same for both. */
function acceptPlain(server: Server, socket: Socket): void {
  // A client may close its half after asking, as on a plain server.
  socket.allowHalfOpen = true;
  server.emit('secureConnection', socket);
}
