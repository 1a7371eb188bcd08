import type { Socket } from 'node:net';
import { ERRORS } from '@instavm/contract';
import type { FastifyReply } from 'fastify';
import { ApiError, sendError } from './errors.ts';
import { HSTS } from './transport.ts';

/** A path that cannot be decoded reaches no route; it gets the same kind of answer as everything else. */
export function answerBadPath(reply: FastifyReply): void {
  sendError(reply, new ApiError('malformed_request', 'The path is badly encoded. Check the % signs in it.'));
}

/** How long whoever was refused may go on sending before the connection is cut. */
const LINGER_MS = 1000;

/** What Node's parser refuses never becomes a request; the answer is written by hand, in the contract's shape. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  // More that is sent is not looked at, but read: closing over unread bytes takes the answer back from the wire.
  socket.removeAllListeners('data');
  socket.on('data', () => {});
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(timer));
  const isTooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const code = isTooLarge ? 'header_fields_too_large' : 'malformed_request';
  const { status, title } = ERRORS[code];
  const detail = isTooLarge
    ? 'The headers are larger than 16 KiB, or there are too many. Send fewer; no cookie is needed on /v1.'
    : 'This is not a request in HTTP/1.1, or it was not sent in time.';
  const hsts = 'encrypted' in socket ? `strict-transport-security: ${HSTS}\r\n` : '';
  const body = JSON.stringify({ type: `/docs/errors#${code}`, title, status, detail, code });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncache-control: no-store\r\n${hsts}` +
      `connection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
