import type { Socket } from 'node:net';
import type { ErrorCode } from '@instavm/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.ts';
import { peerOf } from './peer-address.ts';

/** What is known of a request once it is over: answered, or given up by its caller. */
export interface ServedRequest {
  /** Null for one that no credential was accepted for, and where none is asked for. */
  principal: Principal | null;
  operationId: string | null;
  /** Method and path as the contract writes them, whichever door; `elsewhere` for a path that is no route's. */
  route: string;
  address: string;
  /** User-Agent, cut to 200 characters. */
  client: string;
  /** 499 when the caller left before there was an answer. */
  status: number;
  /** Of an answer that is an error. */
  code: ErrorCode | null;
  requestId: string;
  receivedAtMs: number;
  durationMs: number;
  /** As they went over the connection, heads included, without what TLS adds. */
  bytesIn: number;
  bytesOut: number;
  /** The machine and session that it was about, as far as they are the caller's. */
  vmId: string | null;
  sessionId: string | null;
}

export type ServedObserver = (served: ServedRequest) => void;

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the error that it is answered with. */
    errorCode: ErrorCode | null;
  }
  interface FastifyContextConfig {
    operationId?: string;
    /** Method and path of the operation in the contract. */
    route?: string;
  }
}

/** What nginx calls a caller that closed the connection first; no answer of ours has it. */
const GIVEN_UP = 499;

/**
 * Tells every observer of every request that has come to its end, and what counts it as under way. They are called when
 * the answer is out, and what one of them throws is logged: a request neither waits for them nor fails because of them.
 */
export function observeServed(
  app: FastifyInstance,
  observers: readonly ServedObserver[],
  { now }: { now(): number },
): void {
  const countBytes = byteCounter();
  app.decorateRequest('errorCode', null);
  app.addHook('onRequest', (request, reply, done) => {
    // Once for each answer, sent or not, also for one that waits behind others on a broken connection; the framework's
    // own hook does not run for those.
    reply.raw.on('close', () => {
      request.underWay?.close();
      tell(request, reply);
    });
    done();
  });

  function tell(request: FastifyRequest, reply: FastifyReply): void {
    try {
      const served = servedRequest(request, reply, now, countBytes);
      for (const observe of observers) observe(served);
    } catch (error) {
      request.log.error({ err: error, request_id: request.id }, 'a served request was not counted');
    }
  }
}

function servedRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  now: () => number,
  countBytes: ReturnType<typeof byteCounter>,
): ServedRequest {
  const { operationContext: context, principal } = request;
  const { config, url } = request.routeOptions;
  const durationMs = reply.elapsedTime;
  const served: ServedRequest = {
    principal,
    operationId: config.operationId ?? null,
    route: config.route ?? (isNoRoute(url) ? 'elsewhere' : `${request.method} ${url}`),
    address: peerOf(request).address,
    client: context?.client ?? (request.headers['user-agent'] ?? '').slice(0, 200),
    status: reply.raw.headersSent ? reply.raw.statusCode : GIVEN_UP,
    code: request.errorCode,
    requestId: request.id,
    receivedAtMs: context?.receivedAtMs ?? now() - durationMs,
    durationMs,
    bytesIn: 0,
    bytesOut: 0,
    vmId: context?.used?.vmId ?? null,
    sessionId: context?.used?.sessionId ?? null,
  };
  countBytes(request.raw.socket, served);
  return served;
}

/** What went over a connection since its last request was over: its own counters see bodies of every kind. */
function byteCounter() {
  const counted = new WeakMap<Socket, { read: number; written: number }>();
  return (socket: Socket, into: { bytesIn: number; bytesOut: number }): void => {
    let before = counted.get(socket);
    if (!before) {
      before = { read: 0, written: 0 };
      counted.set(socket, before);
    }
    const read = socket.bytesRead;
    const written = socket.bytesWritten ?? before.written;
    into.bytesIn = read - before.read;
    into.bytesOut = written - before.written;
    before.read = read;
    before.written = written;
  };
}

/** Whatever is no route is a page or file of the dashboard, once that is built. */
function isNoRoute(url: string | undefined): url is undefined {
  return url === undefined || url === '/*';
}
