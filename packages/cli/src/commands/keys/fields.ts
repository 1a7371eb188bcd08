import type { ApiKeyCreate } from '@instavm/sdk';
import { type OptionSpec, positiveInteger } from '../../command.ts';
import { usageError } from '../../errors/cli-error.ts';
import { durationSeconds, type Moment, moment, momentText } from '../../output/time.ts';

export const ENVIRONMENTS = ['production', 'development', 'testing'] as const;

/** Flags for every field of a key that can be set, as `create` and `update` take them. */
export const FIELD_OPTIONS: readonly OptionSpec[] = [
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
    description:
      'what it may do: a permission like vms:read, vms:*, or full, read-only, exec-only, key-manager; repeatable',
    repeatable: true,
  },
  {
    flags: '--expires-in <time>',
    description: 'end so long from now, e.g. 90d, 12h, 30m',
    parse: durationSeconds,
  },
  { flags: '--expires-at <time>', description: 'end at e.g. 2027-01-31T12:00:00Z' },
  {
    flags: '--not-before <time>',
    description: 'work only from this time on, e.g. 2h or 2027-01-31T12:00:00Z',
    parse: moment,
  },
  {
    flags: '--idle-expiry-days <days>',
    description: 'end when unused for so long',
    parse: positiveInteger,
  },
  {
    flags: '--allow-cidr <network>',
    description: 'take it only from this network, e.g. 192.0.2.0/24; repeatable',
    repeatable: true,
  },
  { flags: '--rate-limit <limit>', description: 'e.g. 100/60s,burst=20, or off' },
  {
    flags: '--concurrent-requests <count>',
    description: 'requests that may be under way at once',
    parse: positiveInteger,
  },
  { flags: '--quota-machines <count>', description: 'machines at once', parse: positiveInteger },
  {
    flags: '--quota-vm-seconds <seconds>',
    description: 'seconds of machines in a calendar month',
    parse: positiveInteger,
  },
  {
    flags: '--quota-executions <count>',
    description: 'executions in a calendar month',
    parse: positiveInteger,
  },
  {
    flags: '--quarantine <mode>',
    description: 'on: disable the key when its use looks like an attack; off: never',
    choices: ['on', 'off'],
  },
];

export interface FieldFlags {
  label?: string;
  description?: string;
  owner?: string;
  environment?: (typeof ENVIRONMENTS)[number];
  scope?: string[];
  expiresIn?: number;
  expiresAt?: string;
  notBefore?: Moment;
  idleExpiryDays?: number;
  allowCidr?: string[];
  rateLimit?: string;
  concurrentRequests?: number;
  quotaMachines?: number;
  quotaVmSeconds?: number;
  quotaExecutions?: number;
  quarantine?: 'on' | 'off';
}

/** The fields that were given, by their names on the wire. */
export function fieldsOf(flags: FieldFlags, nowMs: number): ApiKeyCreate {
  const { expiresIn, expiresAt, notBefore } = flags;
  if (expiresIn !== undefined && expiresAt !== undefined) {
    throw usageError('Both --expires-in and --expires-at were given', 'A key ends once', 'Give one of them');
  }
  const given = {
    label: flags.label,
    description: flags.description,
    owner: flags.owner,
    environment: flags.environment,
    scopes: flags.scope,
    expires_at: expiresIn === undefined ? expiresAt : momentText({ inSeconds: expiresIn }, nowMs),
    not_before: notBefore && momentText(notBefore, nowMs),
    idle_expiry_days: flags.idleExpiryDays,
    allowed_cidrs: flags.allowCidr,
    rate_limit: flags.rateLimit,
    concurrent_requests: flags.concurrentRequests,
    quota_machines: flags.quotaMachines,
    quota_vm_seconds: flags.quotaVmSeconds,
    quota_executions: flags.quotaExecutions,
    quarantine: flags.quarantine && flags.quarantine === 'on',
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
