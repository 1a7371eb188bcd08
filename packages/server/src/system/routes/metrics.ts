import { Readable } from 'node:stream';
import type { Operation } from '@instavm/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { bind } from '../../http/bind.ts';
import { canonicalAddress, isLoopback, peerOf } from '../../http/peer-address.ts';
import { registerOperation, type WrapperDeps } from '../../http/register.ts';
import { StreamedAnswer } from '../../http/streamed.ts';
import { type MetricsDeps, metricsRegistry } from '../metrics/registry.ts';

/** No part of the API under `/v1`, and checked as if it were: it is for a program beside the server. */
const METRICS = {
  id: 'system.metrics',
  published: null,
  method: 'GET',
  path: '/metrics',
  credential: 'header',
  permission: 'metrics:read',
  built: true,
  summary: "Show the server's metrics",
  response: { status: 200, body: z.string(), mediaTypes: ['text/plain'] },
} as const satisfies Operation;

/** `/metrics` for Prometheus: to this machine, or to a key with `metrics:read`. */
export function metricsRoute(app: FastifyInstance, deps: WrapperDeps & { metrics: MetricsDeps }): void {
  let registry: Registry | null = null;
  const handler = bind(METRICS, async () => {
    // Whoever never asks has nothing measured beside the counts of requests.
    registry ??= metricsRegistry(deps.metrics);
    return new StreamedAnswer(Readable.from([await registry.metrics()]), {
      'content-type': registry.contentType,
    });
  });
  registerOperation(app, deps, METRICS, { ...handler, isOpenTo: isFromHere }, 'key');
}

/** What proxies add; one that adds none of them cannot be told from a program on this machine. */
const ADDED_BY_PROXIES = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
];

/**
 * It was sent on this machine, by a program that named this machine: not passed on by a proxy, trusted or not, and not
 * by a page in a browser whose host was made to point here.
 */
export function isFromHere(request: FastifyRequest): boolean {
  const { socket, headers } = request.raw;
  return (
    peerOf(request).isLoopback &&
    isLoopback(canonicalAddress(socket.remoteAddress ?? '') ?? '') &&
    isHere(headers.host ?? '') &&
    ADDED_BY_PROXIES.every((name) => headers[name] === undefined)
  );
}

function isHere(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name.toLowerCase() === 'localhost' || isLoopback(name);
}
