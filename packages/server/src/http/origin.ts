import type { FastifyRequest } from 'fastify';
import { ApiError } from './errors.ts';
import { peerOf } from './peer-address.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site makes a browser send to the dashboard's door. A changing request must come from one of
 * our own origins, and the browser must say that it does; a reading one must not come from another site.
 */
export function checkOrigin(request: FastifyRequest, allowedOrigins: ReadonlySet<string>): void {
  const { origin } = request.headers;
  const fetchSite = request.headers['sec-fetch-site'];
  const sameSite = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
  const fromUs = typeof origin === 'string' && (allowedOrigins.has(origin) || isOwnHost(request, origin));
  if (SAFE_METHODS.has(request.method) ? sameSite : sameSite && fromUs) return;
  throw new ApiError(
    'csrf_refused',
    'This request comes from another site, or its Origin is not this server. Use the dashboard at its own address.',
  );
}

/**
 * Over https the host that was asked for is ours: a browser has seen a certificate for it. Over plain http it may be
 * anybody's name that was pointed at this machine.
 */
function isOwnHost(request: FastifyRequest, origin: string): boolean {
  const { host } = request.headers;
  return peerOf(request).isSecure && host !== undefined && origin === `https://${host.toLowerCase()}`;
}
