import { accounts } from '@instavm/contract';
import type { OperatorLimits } from '../auth/account-settings.ts';
import type { Core } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { ownerByEmail } from './key-commands.ts';
import { OperatorError } from './operator-error.ts';

/** Options of `accounts limits`, and the field that each sets. */
export const LIMIT_OPTIONS = {
  'rate-limit': 'rate_limit',
  'concurrent-requests': 'concurrent_requests',
  'quota-machines': 'quota_machines',
  'quota-vm-seconds': 'quota_vm_seconds',
  'quota-executions': 'quota_executions',
  'credit-dollars': 'credit_dollars',
} as const satisfies Record<string, keyof OperatorLimits>;

export interface AccountLimitsInput {
  /** E-mail of the person whose account it is, or its number. */
  account: string;
  /** By option, as given; `none` takes the bound away. Empty: nothing is changed. */
  given: { [Option in keyof typeof LIMIT_OPTIONS]?: string };
}

/** What an account's own limits and quotas cannot exceed. Throws OperatorError. */
export async function accountLimits(core: Core, actor: Actor, { account, given }: AccountLimitsInput) {
  const patch = Object.fromEntries(
    Object.entries(given).map(([option, text]) => [
      LIMIT_OPTIONS[option as keyof typeof LIMIT_OPTIONS],
      boundOf(option as keyof typeof LIMIT_OPTIONS, text),
    ]),
  );
  const id = /^\d{1,15}$/.test(account) ? Number(account) : (await ownerByEmail(core, account)).account_id;
  const row = await core.accounts.setLimits(actor, id, patch);
  if (!row) throw new OperatorError(`There is no account ${id}. See: accounts list.`);
  const limits = JSON.parse(row.operator_limits) as OperatorLimits;
  const shown = Object.values(LIMIT_OPTIONS).map((field) => [field, limits[field] ?? null]);
  return {
    id: row.id,
    name: row.name,
    changed: Object.keys(patch).length > 0,
    limits: Object.fromEntries(shown) as {
      [Field in keyof Required<OperatorLimits>]: OperatorLimits[Field] | null;
    },
  };
}

function boundOf(option: keyof typeof LIMIT_OPTIONS, text: string): string | number | null {
  if (text === 'none') return null;
  if (option === 'credit-dollars') return dollars(`--${option}`, text, 1_000_000_000);
  if (option === 'rate-limit' && text === 'off') return null;
  const field = LIMIT_OPTIONS[option];
  const value = option === 'rate-limit' ? text : /^\d{1,15}$/.test(text) ? Number(text) : text;
  const parsed = accounts.update.request.body.safeParse({ [field]: value });
  if (!parsed.success) {
    throw new OperatorError(
      `--${option} ${text.slice(0, 60)} ${parsed.error.issues[0]!.message}; none takes the bound away.`,
    );
  }
  return value;
}

/** A number of dollars, not negative. Throws OperatorError. */
export function dollars(option: string, text: string, most: number): number {
  const number = /^\d{1,10}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
  if (number <= most) return number;
  throw new OperatorError(
    `${option} ${text.slice(0, 60)} is not a number of dollars from 0 to ${most}, such as 12.5.`,
  );
}

/** No second of a processor or a GiB is dearer. */
const RATE_MAX = 1000;

export interface RatesInput {
  cpuPerSecond?: string;
  ramGibPerSecond?: string;
}

/** What machines cost on this server. Throws OperatorError. */
export async function setServerRates(
  core: Core,
  actor: Actor,
  { cpuPerSecond, ramGibPerSecond }: RatesInput,
) {
  if (cpuPerSecond === undefined && ramGibPerSecond === undefined) {
    throw new OperatorError(
      'Give --cpu-per-second, --ram-gib-per-second or both, in dollars. See: rates show.',
    );
  }
  const rates = await core.rates.set(actor, {
    ...(cpuPerSecond === undefined
      ? {}
      : { cpuPerSecond: dollars('--cpu-per-second', cpuPerSecond, RATE_MAX) }),
    ...(ramGibPerSecond === undefined
      ? {}
      : { ramGibPerSecond: dollars('--ram-gib-per-second', ramGibPerSecond, RATE_MAX) }),
  });
  return shownRates(rates);
}

export async function showServerRates(core: Core) {
  return shownRates(await core.rates.read());
}

function shownRates({ cpuPerSecond, ramGibPerSecond }: Awaited<ReturnType<Core['rates']['read']>>) {
  return { cpu_per_second: cpuPerSecond, ram_gib_per_second: ramGibPerSecond };
}
