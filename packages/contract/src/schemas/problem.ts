import { z } from 'zod';
import { ERROR_CODES } from '../errors.ts';

const code = z.enum(ERROR_CODES).describe('Stable; docs/errors.md has a heading for each.');

const requestId = z.string().describe('Give it to the operator when you ask about this answer.');

/** RFC 9457 problem details, `application/problem+json`: every error but 422. */
export const problem = z
  .object({
    type: z.string().describe('A link to the description of the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened, why, and what to do next.'),
    code,
    request_id: requestId,
  })
  .meta({ id: 'Problem' });

/** 422, `application/json`: `detail` is the published API's list. */
export const validationProblem = z
  .object({
    title: z.string(),
    status: z.literal(422),
    detail: z.array(
      z.object({
        loc: z.array(z.union([z.string(), z.int()])).describe('Where, e.g. `["body", "label"]`.'),
        msg: z.string(),
        type: z.string(),
      }),
    ),
    code: z.literal('validation_failed'),
    request_id: requestId,
  })
  .meta({ id: 'ValidationProblem' });

export type Problem = z.output<typeof problem>;
export type ValidationProblem = z.output<typeof validationProblem>;
