import type { FastifyInstance } from 'fastify';
import { ApiError } from './errors.ts';

/**
 * Refuses what Node's parser lets through although no request may be like it: HTTP/0.9, which has no headers, and
 * two Host headers, of which a proxy may have read the other one (RFC 9112, 3.2).
 */
export function requireWellFormed(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    if (raw.httpVersionMajor > 0 && hostsIn(raw.rawHeaders) <= 1) return done();
    reply.header('connection', 'close');
    done(
      new ApiError('malformed_request', 'This is not a request in HTTP/1.1, or it names more than one host.'),
    );
  });
}

function hostsIn(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}
