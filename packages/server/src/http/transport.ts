import { operations } from '@instavm/contract';
import { KEY_LENGTH, KEY_PREFIX } from '@instavm/keyformat';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readCredential } from '../auth/credential.ts';
import { ApiError } from './errors.ts';
import { peerOf } from './peer-address.ts';

export interface TransportDeps {
  /**
   * Told of every text with the form of a key that came unencrypted, with the address it came from. Does nothing
   * for a text that is no real key. A failure is logged and changes no answer.
   */
  noteSentInClear(keyText: string, address: string): Promise<unknown>;
}

/** A year, and below this host as well (ASVS 5.0, 3.4.1). Browsers ignore it for bare addresses. */
export const HSTS = 'max-age=31536000; includeSubDomains';

const SECURE_PREFIXES = /^\/(v1|app|api|oauth)(\/|$)/;
const SECURE_PATHS = new Set(
  operations.map(({ path }) => path).filter((path) => !SECURE_PREFIXES.test(path)),
);

const KEY_IN_TEXT = new RegExp(`${KEY_PREFIX}[0-9A-Za-z]{${KEY_LENGTH - KEY_PREFIX.length}}`, 'g');
/** Whoever sends more keys than this in one request is not a client that forgot the `s`. */
const KEYS_MAX = 4;
const BODY_BYTES_MAX = 64 * 1024;
const BODY_TIMEOUT_MS = 2000;

/**
 * Keys, sign-ins and pages behind them travel encrypted, unless they do not leave this machine. What comes plain
 * from elsewhere is refused and never redirected, because a redirect would hide from its sender that the key has
 * been read on the way already (ASVS 5.0, 4.1.2). Must be installed after `installPeer` and before every hook that
 * reads a credential.
 */
export function requireHttps(app: FastifyInstance, deps: TransportDeps): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { isSecure, isLoopback } = peerOf(request);
    if (isSecure) reply.header('strict-transport-security', HSTS);
    if (isSecure || isLoopback || !needsHttps(request)) return done();
    // What is left of the request is not read: the connection ends with the answer.
    reply.header('connection', 'close');
    noteKeys(deps, request).then(() => done(refused()), done);
  });
}

function refused(): ApiError {
  return new ApiError(
    'https_required',
    'This request came unencrypted, so whoever is on the way could read it. Send it to the https address of this ' +
      'server. If it held an API key, rotate that key.',
  );
}

/**
 * By the route, because an address can be spelt in many ways (`/%761/vms`); by its text where no route fits; and by
 * what it holds: a key is a key wherever it is sent.
 */
function needsHttps(request: FastifyRequest): boolean {
  const { url: route } = request.routeOptions;
  return (
    (route !== undefined && isSecurePath(route)) ||
    isSecurePath(decoded(request.url)) ||
    readCredential(request.raw.rawHeaders).kind !== 'none' ||
    request.url.includes(KEY_PREFIX)
  );
}

function isSecurePath(path: string): boolean {
  return SECURE_PREFIXES.test(path) || SECURE_PATHS.has(path);
}

function decoded(url: string): string {
  // A request to a proxy names the host as well, and is routed all the same: `GET http://host/v1/none`.
  const [path = ''] = url.replace(/^https?:\/\/[^/]*/i, '').split(/[?#]/, 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Wherever in the request they stand: header, address, body. */
async function noteKeys(deps: TransportDeps, request: FastifyRequest): Promise<void> {
  const { raw } = request;
  const credential = readCredential(raw.rawHeaders);
  const found = new Set<string>(credential.kind === 'key' ? [credential.text] : []);
  const texts = [raw.url ?? '', ...raw.rawHeaders, await startOfBody(raw)];
  for (const text of texts) for (const [key] of text.matchAll(KEY_IN_TEXT)) found.add(key);
  const { address } = peerOf(request);
  for (const key of [...found].slice(0, KEYS_MAX)) {
    try {
      await deps.noteSentInClear(key, address);
    } catch (error) {
      request.log.error({ err: error, request_id: request.id }, 'a key that was sent in clear was not noted');
    }
  }
}

/** What comes of a body soon; a session is started with the key in it. */
function startOfBody(raw: FastifyRequest['raw']): Promise<string> {
  if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) {
    return Promise.resolve('');
  }
  return new Promise((resolve) => {
    let text = '';
    const finish = () => {
      clearTimeout(timer);
      raw.removeListener('data', read);
      for (const event of ENDS) raw.removeListener(event, finish);
      resolve(text);
    };
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length >= BODY_BYTES_MAX) finish();
    };
    const timer = setTimeout(finish, BODY_TIMEOUT_MS);
    for (const event of ENDS) raw.on(event, finish);
    raw.on('data', read);
  });
}

const ENDS = ['end', 'error', 'close'];
