import { randomUUID } from 'node:crypto';
import type { ApiKeyCreate } from '@instavm/sdk';
import { type Command, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';

interface Options {
  label?: string;
  description?: string;
  environment?: 'production' | 'development' | 'testing';
  scope?: string[];
  expiresIn?: number;
  expiresAt?: string;
  allow?: string[];
  rateLimit?: string;
  idleExpiryDays?: number;
  owner?: string;
}

const ENVIRONMENTS = ['production', 'development', 'testing'] as const;

export default {
  options: [
    { flags: '--label <text>', description: 'what the key is for; unique within its environment' },
    { flags: '--description <text>', description: 'more about it' },
    { flags: '--owner <text>', description: 'who answers for it' },
    {
      flags: '--environment <name>',
      description: "see only this environment's machines",
      choices: ENVIRONMENTS,
    },
    {
      flags: '--scope <scope>',
      description: 'what it may do, e.g. vms:read or exec-only; repeatable (default full)',
      repeatable: true,
    },
    { flags: '--expires-in <time>', description: 'e.g. 90d, 12h, 30m', parse: durationSeconds },
    { flags: '--expires-at <time>', description: 'e.g. 2027-01-31T12:00:00Z' },
    {
      flags: '--idle-expiry-days <days>',
      description: 'expire when unused for so long',
      parse: positiveInteger,
    },
    {
      flags: '--allow <cidr>',
      description: 'accept it only from this address range; repeatable',
      repeatable: true,
    },
    { flags: '--rate-limit <limit>', description: 'e.g. 100/60s,burst=20, or off' },
  ],
  help: 'The key alone is printed on standard output, this once; everything about it goes to standard error.',
  async run(context) {
    const { io, json, print, printJson, note } = context;
    const options = context.options as Options;
    if (options.expiresIn !== undefined && options.expiresAt !== undefined) {
      throw usageError(
        'Both --expires-in and --expires-at were given',
        'A key ends once',
        'Give one of them',
      );
    }
    const client = await context.client();
    const idempotencyKey = randomUUID();
    const key = await client.apiKeys.create(fieldsOf(options, io.now()), {
      idempotencyKey,
      signal: io.signal,
    });
    if (json) printJson(key);
    else print(`${key.full_key}\n`);
    const label = key.label ? ` "${key.label}"` : '';
    note(
      `Created API key ${key.id}${label}, ${key.expires_at ? `expires ${key.expires_at}` : 'without expiry'}.`,
    );
    note('This is the only time the whole key is shown: store it now.');
    return undefined;
  },
} satisfies Command;

function fieldsOf(options: Options, nowMs: number): ApiKeyCreate {
  const { expiresIn, expiresAt, scope, allow, rateLimit, idleExpiryDays, ...texts } = options;
  const end = expiresIn === undefined ? expiresAt : new Date(nowMs + expiresIn * 1000).toISOString();
  const { label, description, environment, owner } = texts;
  return {
    ...(label !== undefined && { label }),
    ...(description !== undefined && { description }),
    ...(environment !== undefined && { environment }),
    ...(owner !== undefined && { owner }),
    ...(scope !== undefined && { scopes: scope }),
    ...(end !== undefined && { expires_at: end }),
    ...(allow !== undefined && { allowed_cidrs: allow }),
    ...(rateLimit !== undefined && { rate_limit: rateLimit }),
    ...(idleExpiryDays !== undefined && { idle_expiry_days: idleExpiryDays }),
  };
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function durationSeconds(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,6})([smhdw])$/.exec(text) ?? [];
  if (count && unit) return Number(count) * UNIT_SECONDS[unit]!;
  throw new Error('is no time like 90d, 12h or 30m');
}
