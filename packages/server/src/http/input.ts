import type { Operation } from '@instavm/contract';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { UploadedFile } from './bind.ts';
import { ApiError, issuesOf, notFound, ValidationError } from './errors.ts';
import { refuseKeysIn } from './key-in-body.ts';

export interface Input {
  params: unknown;
  query: unknown;
  body: unknown;
  file: UploadedFile | null;
}

/** Parses what came in by the operation's contract. Throws ValidationError with every mistake of the first bad place. */
export async function readInput(operation: Operation, request: FastifyRequest): Promise<Input> {
  const schemas = operation.request ?? {};
  const { body, file } = await readBody(operation, request);
  refuseKeysIn(operation, body);
  return {
    params: checkPath(operation, request.params),
    query: check('query', schemas.query, request.query),
    body: check('body', schemas.body, body),
    file,
  };
}

/** An id that cannot be one names nothing: the answer is that of a true miss. */
function checkPath(operation: Operation, params: unknown): unknown {
  const result = operation.request?.params?.safeParse(params);
  if (result && !result.success) throw notFound(operation.id.split('.')[0]!);
  return result?.data;
}

function check(place: 'query' | 'body', schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new ValidationError(issuesOf(place, result.error));
  return result.data;
}

async function readBody(
  operation: Operation,
  request: FastifyRequest,
): Promise<{ body: unknown; file: UploadedFile | null }> {
  if (!operation.request?.body) return { body: undefined, file: null };
  const type = operation.request.bodyType ?? 'json';
  if (type === 'multipart') return readMultipart(request);
  const expected = type === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
  const got = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const isTaken = got === expected || (operation.request.orJson && got === 'application/json');
  if (request.body !== undefined && !isTaken) {
    throw new ApiError('unsupported_media_type', `The body is ${got}; this operation takes ${expected}.`);
  }
  return { body: request.body ?? {}, file: null };
}

/** Text parts first, the file last, as the published client sends them. */
async function readMultipart(request: FastifyRequest): Promise<{ body: unknown; file: UploadedFile | null }> {
  if (!request.isMultipart()) {
    throw new ApiError(
      'unsupported_media_type',
      'This operation takes multipart/form-data with a file part.',
    );
  }
  const body: Record<string, unknown> = {};
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') return { body, file: part.file };
      body[part.fieldname] = part.value;
    }
  } catch (error) {
    throw brokenMultipart(error);
  }
  throw new ValidationError([{ loc: ['body', 'file'], msg: 'the file part is missing', type: 'missing' }]);
}

/** The parser's errors have no status; what has one is the framework's, and `answers.ts` knows it. */
export function brokenMultipart(error: unknown): unknown {
  if (!(error instanceof Error) || 'statusCode' in error || 'syscall' in error) return error;
  return new ApiError(
    'malformed_request',
    `The multipart body is broken: ${error.message}. Check that all of it was sent.`,
  );
}
