import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { issuesOf, ValidationError } from './errors.ts';
import { refuseKeysIn } from './key-in-body.ts';

/** What is never stored as it is. */
const SECRET_FIELDS = ['password', 'current_password', 'new_password', 'token'];

/** The JSON body of a route that is not of the contract. Throws ValidationError with every mistake. */
export function parseBody<S extends z.ZodType>(schema: S, request: FastifyRequest): z.output<S> {
  refuseKeysIn({ keyFields: SECRET_FIELDS }, request.body);
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  throw new ValidationError(issuesOf('body', parsed.error));
}
