import type { Readable } from 'node:stream';
import type { Operation } from '@instavm/contract';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { RequestContext } from './context.ts';
import type { StreamedAnswer } from './streamed.ts';

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;
type RequestOf<O extends Operation> = O extends { request: infer R } ? R : Record<never, never>;

/** The input of an operation, already parsed by its contract. */
export interface InputOf<O extends Operation> {
  params: Parsed<RequestOf<O> extends { params: infer P } ? P : undefined>;
  query: Parsed<RequestOf<O> extends { query: infer Q } ? Q : undefined>;
  body: Parsed<RequestOf<O> extends { body: infer B } ? B : undefined>;
  /** The file part of a multipart body; null elsewhere. To be read to its end or destroyed. */
  file: UploadedFile | null;
}

/** `truncated` once the limit of the server has cut it. */
export type UploadedFile = Readable & { truncated: boolean };

export type OutputOf<O extends Operation> = O extends { response: { mediaTypes: readonly string[] } }
  ? StreamedAnswer
  : O extends { response: { body: infer B } }
    ? z.input<B & z.ZodType>
    : never;

export interface BoundOperation {
  operation: Operation;
  handle(context: RequestContext, input: never): Promise<unknown>;
  /** Knows a repeated request by itself, in the transaction of its change. */
  knowsRepeats: boolean;
  /** Requests that need no credential, of an operation that asks for one; then there is no principal. */
  isOpenTo?(request: FastifyRequest): boolean;
}

/** Ties an operation of the contract to the function that carries it out. */
export function bind<const O extends Operation>(
  operation: O,
  handle: (context: RequestContext, input: InputOf<O>) => Promise<OutputOf<O>>,
  { knowsRepeats = false } = {},
): BoundOperation {
  return { operation, handle, knowsRepeats };
}
