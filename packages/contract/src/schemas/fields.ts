import { z } from 'zod';
import { ENVIRONMENTS, namesOf } from '../states.ts';

/** RFC 3339, always UTC in answers. */
export const timestamp = z.string().meta({ format: 'date-time' });

/** RFC 3339 with `Z` or an offset; becomes UTC with milliseconds, so that times compare as text. */
export const timestampInput = z.iso
  .datetime({ offset: true, error: 'is not a time like 2027-01-31T12:00:00Z' })
  .transform((text) => new Date(text).toISOString());

/** An integer id in a path. Digits alone: `1e3`, `+1` and ` 1` name nothing. */
export const integerIdParam = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'is not an id')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, pattern: undefined });

/** An integer id in a body. */
export const integerId = z.int().min(1).max(999_999_999_999_999);

/** An id of ours in text: a UUID of a session, `vm_...`, a task. Unknown ones are 404, never 422. */
export const textId = z.string().min(1).max(200);

export const environment = z.enum(namesOf(ENVIRONMENTS));

/** A number in a query, from 1 to `most`; what has more digits is called no number instead of too large. */
export function numberParam(most: number, fallback: number, digits = String(most).length) {
  return z
    .string()
    .regex(new RegExp(`^\\d{1,${digits}}$`), `is not a number from 1 to ${most}`)
    .transform(Number)
    .pipe(z.number().min(1, 'is less than 1').max(most, `is more than ${most}`))
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: most, default: fallback, pattern: undefined });
}

/** One of a few words, which a refusal lists. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: () => `is none of ${words.join(', ')}` });
}

export const exportFormat = z.enum(['jsonl', 'csv']).optional().meta({ default: 'jsonl' });

export const memoryMb = z.int().min(128).max(8192).multipleOf(2).describe('Even number of MiB.');
export const vcpuCount = z.int().min(1).max(8);
/** A time of a machine that ends it or a credential of it: a day at most. */
export const machineSeconds = z.int().min(20).max(86_400);
export const lifetimeSeconds = machineSeconds.describe('Seconds until the machine is ended.');
export const idleTimeoutSeconds = machineSeconds.describe(
  'The machine is ended when nobody used it for so long.',
);

const NO_NUL = /^[^\0]*$/;

export const metadata = z
  .record(z.string().min(1).max(128), z.string().max(4096))
  .refine((given) => Object.keys(given).length <= 64, 'has more than 64 entries')
  .describe('Texts of yours, kept with the machine.');

/** 32 KiB a value: the kernel's own bound of one argument or variable is 128 KiB. */
export const env = z
  .record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is not a name of an environment variable'),
    z.string().max(32_768).regex(NO_NUL, 'holds a NUL character'),
  )
  .refine((given) => Object.keys(given).length <= 256, 'has more than 256 entries')
  .describe('Environment variables of everything that runs on the machine.');

/** A path inside a machine. */
export const guestPath = z.string().min(1).max(4096).regex(NO_NUL, 'holds a NUL character');

/** `true` or `false` as text, in queries and forms. */
export function flag(fallback: boolean) {
  return z
    .enum(['true', 'false'])
    .optional()
    .meta({ default: String(fallback) })
    .transform((given) => (given === undefined ? fallback : given === 'true'));
}
