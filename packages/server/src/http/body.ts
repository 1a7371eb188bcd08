import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { issuesOf, ValidationError } from './errors.ts';

/** The JSON body of a route that is not of the contract. Throws ValidationError with every mistake. */
export function parseBody<S extends z.ZodType>(schema: S, request: FastifyRequest): z.output<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  throw new ValidationError(issuesOf('body', parsed.error));
}
