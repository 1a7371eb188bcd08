import type { AccountUpdate } from '@instavm/sdk';
import { type OptionSpec, positiveInteger } from '../../command.ts';

/** What stands for null, which the parser of flags does not take for a value: what is wider counts. */
export const NONE = 'none';

export function numberOrNone(text: string): number | typeof NONE {
  return text === NONE ? NONE : positiveInteger(text);
}

interface Setting {
  field: keyof AccountUpdate;
  option: OptionSpec;
}

const setting = (
  field: keyof AccountUpdate,
  value: string,
  description: string,
  parse: (text: string) => unknown = numberOrNone,
): Setting => ({
  field,
  option: { flags: `--${field.replaceAll('_', '-')} <${value}>`, description, parse },
});

const asItIs = (text: string) => text;

/** Limits of requests, and when machines end: of an account and of one of its environments alike. */
export const SHARED_SETTINGS: readonly Setting[] = [
  setting('rate_limit', 'limit', 'of all requests together, e.g. 1000/60s,burst=100, off or none', asItIs),
  setting('concurrent_requests', 'count', 'requests under way at once, or none'),
  setting('machine_idle_timeout_seconds', 'seconds', 'end machines that are unused for so long, or none'),
  setting('machine_lifetime_seconds', 'seconds', 'lifetime of machines whose maker said none, or none'),
  setting('machine_lifetime_max_seconds', 'seconds', 'longest life of machines, renewals included, or none'),
];

export const ACCOUNT_SETTINGS: readonly Setting[] = [
  ...SHARED_SETTINGS,
  setting('key_rate_limit', 'limit', 'of each key without one of its own, or none', asItIs),
  setting('quota_machines', 'count', 'machines at once, or none'),
  setting('quota_vm_seconds', 'seconds', 'seconds of machines in a calendar month, or none'),
  setting('quota_executions', 'count', 'executions in a calendar month, or none'),
];

/** The settings that were given, by their names on the wire. */
export function settingsOf(
  settings: readonly Setting[],
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = settings.map(({ field }): [string, unknown] => [field, options[camelCase(field)]]);
  return Object.fromEntries(
    given
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, value === NONE ? null : value]),
  );
}

function camelCase(field: string): string {
  return field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
