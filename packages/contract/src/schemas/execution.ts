import { z } from 'zod';
import { textId, timestamp } from './fields.ts';

const MAX_COMMAND_BYTES = 1_048_576;

export const executionCreate = z
  .object({
    command: z
      .string()
      .min(1, 'is empty')
      .refine(fitsCommand, 'is longer than 1 MiB: upload it as a file and run that')
      .describe('Up to 1 MiB of UTF-8.'),
    session_id: textId.nullish(),
    language: z
      .enum(['python', 'bash'])
      .nullish()
      .meta({ default: 'python' })
      .transform((given) => given ?? 'python'),
    timeout: z.number().positive().max(86_400).nullish().describe('Seconds.'),
  })
  .meta({ id: 'ExecutionCreate' });

/** A program that fails is a result as well: 200 with its `exit_code`. */
export const execution = z
  .object({
    execution_id: z.string(),
    session_id: z.string(),
    stdout: z.string(),
    stderr: z.string(),
    output: z.string().describe('The same as `stdout`.'),
    exit_code: z.int().nullable(),
    execution_time: z.number().describe('Seconds on the clock.'),
    cpu_time: z.number().describe('Seconds of processor time.'),
    created_at: timestamp,
  })
  .meta({ id: 'Execution' });

export const startedTask = z
  .object({ task_id: z.string(), status: z.literal('running') })
  .meta({ id: 'StartedTask' });

/** The published client polls until `is_complete` and reads the `serialized_` fields, which are plain text. */
export const task = z
  .object({
    task_id: z.string(),
    is_complete: z.boolean(),
    serialized_stdout: z.string(),
    serialized_stderr: z.string(),
    stdout: z.string(),
    stderr: z.string(),
    exit_code: z.int().nullable(),
    cpu_time: z.number().nullable(),
    execution_time: z.number().nullable(),
    created_at: timestamp,
  })
  .meta({ id: 'Task' });

function fitsCommand(text: string): boolean {
  // A code unit takes one to three bytes, so most texts need no counting.
  if (text.length * 3 <= MAX_COMMAND_BYTES) return true;
  return text.length <= MAX_COMMAND_BYTES && new TextEncoder().encode(text).length <= MAX_COMMAND_BYTES;
}
