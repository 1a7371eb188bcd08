import type { WebhookEndpointUpdate } from '@instavm/sdk';
import { type OptionSpec, positiveInteger } from '../../command.ts';

/** Flags of `create` and `update` alike. */
export const FIELD_OPTIONS: readonly OptionSpec[] = [
  { flags: '--description <text>', description: 'what it is for' },
  {
    flags: '--event <pattern>',
    description: 'events like vm.terminated, vm.* or * (default all); repeatable',
    repeatable: true,
  },
  { flags: '--timeout <seconds>', description: 'wait so long for the receiver', parse: positiveInteger },
  { flags: '--max-retries <count>', description: 'try so often again', parse: count },
];

export interface FieldFlags {
  description?: string;
  event?: string[];
  timeout?: number;
  maxRetries?: number;
}

/** The fields that were given, by their names on the wire. */
export function fieldsOf({ description, event, timeout, maxRetries }: FieldFlags): WebhookEndpointUpdate {
  return {
    ...(description !== undefined && { description }),
    ...(event !== undefined && { event_patterns: event }),
    ...(timeout !== undefined && { timeout_seconds: timeout }),
    ...(maxRetries !== undefined && { max_retries: maxRetries }),
  };
}

function count(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new Error('is no whole number');
}
