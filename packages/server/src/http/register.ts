import { type Operation, operations } from '@instavm/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { AuthorizationStep } from '../auth/authorize.ts';
import type { Principal } from '../auth/principal.ts';
import { secondsLeft } from '../auth/time-left.ts';
import type { BoundOperation } from './bind.ts';
import type { RequestContext } from './context.ts';
import { authenticateBody, authenticateHeaders, type CredentialDeps } from './credential-step.ts';
import { ApiError } from './errors.ts';
import { readInput } from './input.ts';
import { checkLimits, type LimitStepDeps, showLimits } from './limit-step.ts';
import { peerOf } from './peer-address.ts';
import type { RepeatedAnswers } from './repeated-answers.ts';
import { sendAnswer } from './streamed.ts';

export interface WrapperDeps extends CredentialDeps, LimitStepDeps {
  /** Null when what memory knows of keys is confirmed by the database; else settles once it is. Throws ApiError. */
  confirmKeys(): Promise<void> | null;
  /** To be awaited before a successor's first request goes on. */
  noteFirstUse(keyId: number): Promise<void>;
  authorize: AuthorizationStep;
  repeatedAnswers: RepeatedAnswers;
  /** The signed-in person behind a request to the dashboard's door. Throws ApiError when there is none. */
  authenticatePerson(request: FastifyRequest, reply: FastifyReply, operation: Operation): Promise<Principal>;
  /** Told of every request that got past authorization, e.g. for "last used". Never fails. */
  observe(context: RequestContext, route: string): void;
  now(): number;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
    operationContext: RequestContext | null;
  }
}

const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Registers every operation of the contract twice: on its own path for keys, and under `/app` for the signed-in
 * dashboard. Both run this one wrapper: credential, authorization, input, handler, answer. An operation that is
 * not built answers 501 after its credential was checked.
 */
export function registerOperations(app: FastifyInstance, deps: WrapperDeps, bound: BoundOperation[]): void {
  const handlers = new Map(bound.map((entry) => [entry.operation.id, entry]));
  const forgotten = operations.filter((op) => op.built && !handlers.has(op.id)).map((op) => op.id);
  if (forgotten.length > 0)
    throw new Error(`built in the contract but without a handler: ${forgotten.join(', ')}`);
  app.decorateRequest('principal', null);
  app.decorateRequest('operationContext', null);
  app.decorateRequest('underWay', null);
  for (const door of ['key', 'dashboard'] as const) {
    for (const operation of operations) {
      registerOperation(app, deps, operation, handlers.get(operation.id), door);
    }
    refuseOtherMethods(app, door === 'key' ? '' : '/app');
  }
}

/** One operation at one door. What is no part of the contract's table is registered by whoever has it. */
export function registerOperation(
  app: FastifyInstance,
  deps: WrapperDeps,
  operation: Operation,
  entry: BoundOperation | undefined,
  door: 'key' | 'dashboard',
): void {
  if (operation.method === 'HEAD') return; // answered by the GET route of the same path
  const route = `${operation.method} ${operation.path}`;
  app.route({
    method: operation.method,
    url: (door === 'dashboard' ? '/app' : '') + fastifyPath(operation.path),
    config: { operationId: operation.id, route, errorShape: operation.errorShape ?? 'problem' },
    onRequest:
      door === 'dashboard'
        ? async (request, reply) => {
            if (operation.credential !== 'none') {
              request.principal = await deps.authenticatePerson(request, reply, operation);
            }
            await admit(request, reply);
          }
        : (request, reply, done) => {
            if (entry?.isOpenTo?.(request)) return done();
            const wait = deps.confirmKeys();
            if (wait) wait.then(() => enter(request, reply, done)).catch(done);
            else enter(request, reply, done);
          },
    handler: async (request, reply) => {
      if (door === 'key' && operation.credential === 'body') {
        request.principal = authenticateBody(deps, request);
        await admit(request, reply);
      }
      const { underWay } = request;
      underWay?.begin();
      try {
        return await carryOut(request, reply);
      } finally {
        underWay?.end();
      }
    },
  });

  async function carryOut(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = request.operationContext ?? contextOf(request);
    const input = await readInput(operation, request);
    const handle = () => entry!.handle(context, input as never);
    const answer =
      operation.isRepeatable && !entry!.knowsRepeats
        ? await deps.repeatedAnswers.once(context, operation, input, handle)
        : await handle();
    if (context.isReplay) reply.header('idempotency-replayed', 'true');
    return sendAnswer(reply, operation.response?.status ?? 200, answer);
  }

  function enter(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    if (operation.credential === 'header') request.principal = authenticateHeaders(deps, request);
    if (operation.credential === 'query') request.principal = authenticateHeaders(deps, request, 'api_key');
    const wait = admit(request, reply);
    if (wait) wait.then(() => done(), done);
    else done();
  }

  /** Null in all but the first request of a key that another one was rotated to. */
  function admit(request: FastifyRequest, reply: FastifyReply): Promise<void> | null {
    const { principal } = request;
    if (principal) {
      const nowMs = deps.now();
      const refusal = deps.authorize({ principal, operation, address: peerOf(request).address, nowMs });
      if (refusal) {
        showLimits(deps, reply, principal, operation);
        throw new ApiError(refusal.code, refusal.detail);
      }
      checkLimits(deps, request, reply, principal, operation);
      const leftSeconds = principal.kind === 'api_key' ? secondsLeft(principal.key, nowMs) : null;
      if (leftSeconds !== null) reply.header('x-key-expires-in', leftSeconds);
      request.operationContext = contextOf(request);
      deps.observe(request.operationContext, route);
    }
    if (!operation.built) {
      const detail = `${operation.summary} (${operation.id}) is not built yet in this version.`;
      throw new ApiError('not_built', detail);
    }
    const isFirstUse = principal?.kind === 'api_key' && principal.key.awaitsFirstUse;
    return isFirstUse ? deps.noteFirstUse(principal.keyId) : null;
  }

  function contextOf(request: FastifyRequest): RequestContext {
    return {
      principal: request.principal!,
      requestId: request.id,
      address: peerOf(request).address,
      client: (request.headers['user-agent'] ?? '').slice(0, 200),
      receivedAtMs: deps.now(),
      idempotencyKey: idempotencyKeyOf(request),
      isReplay: false,
      used: null,
      log: request.log,
    };
  }
}

/** A parameter is one segment, but the desktop proxy takes any path below its session. A colon of its own is doubled. */
function fastifyPath(path: string): string {
  return path
    .replaceAll(':', '::')
    .replace(/\{path\}$/, '*')
    .replace(/\{(\w+)\}/g, ':$1');
}

/** A known path with another method is 405 and says which methods there are. */
function refuseOtherMethods(app: FastifyInstance, prefix: string): void {
  const allowed = new Map<string, Set<string>>();
  for (const { method, path } of operations) {
    const url = prefix + fastifyPath(path);
    const methods = allowed.get(url) ?? new Set();
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
    allowed.set(url, methods);
  }
  for (const [url, methods] of allowed) {
    const others = METHODS.filter((method) => !methods.has(method as string));
    if (others.length === 0) continue;
    app.route({
      method: others,
      url,
      onRequest: (request, _reply, done) => {
        const allow = [...methods].sort().join(', ');
        done(
          new ApiError(
            'method_not_allowed',
            `${request.method} is not possible here; this path takes ${allow}.`,
            {
              headers: { allow },
            },
          ),
        );
      },
      handler: async () => undefined,
    });
  }
}

function idempotencyKeyOf(request: FastifyRequest): string | null {
  const value = request.headers['idempotency-key'];
  return value === undefined ? null : String(value);
}
