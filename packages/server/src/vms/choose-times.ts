import {
  DEFAULT_LIFETIME_MAX_SECONDS,
  DEFAULT_LIFETIME_SECONDS,
  TIME_FIELDS,
  type TimeSource,
} from '@instavm/contract/machine-times';
import type { Environment } from '@instavm/contract/states';
import type { AccountSettings, MachineTimes } from '../auth/account-settings.ts';
import { invalidField } from '../http/errors.ts';

/** A time and where it was set. */
export interface Chosen<T = number> {
  seconds: T;
  from: TimeSource;
}

/** When a machine and its session end. */
export interface ChosenTimes {
  lifetime: Chosen;
  /** Null is never. */
  idle: Chosen<number | null>;
  lifetimeMax: Chosen;
}

/** What the maker of a machine says of its times; null and absent are the same. */
export interface AskedTimes {
  vm_lifetime_seconds?: number | null | undefined;
  idle_timeout_seconds?: number | null | undefined;
}

/**
 * The narrowest setting of each time: of the machine, of its environment, of the account, of the server. Throws
 * ValidationError for a lifetime beyond the bound; one that nobody asked for is cut to it.
 */
export function chooseTimes(
  asked: AskedTimes,
  settings: AccountSettings,
  environment: string | null,
): ChosenTimes {
  const ofEnvironment = settings.environments.get(environment as Environment)?.machineTimes;
  const narrowest = <T>(given: number | null | undefined, name: keyof MachineTimes, fallback: T) => {
    const choices: [number | null | undefined, TimeSource][] = [
      [given, 'session'],
      [ofEnvironment?.[name], 'environment'],
      [settings.machineTimes[name], 'account'],
    ];
    const [seconds, from] = choices.find(([value]) => typeof value === 'number') ?? [fallback, 'server'];
    return { seconds: seconds as number | T, from: from as TimeSource };
  };
  const lifetimeMax = narrowest(null, 'lifetimeMaxSeconds', DEFAULT_LIFETIME_MAX_SECONDS);
  refuseBeyond(asked, lifetimeMax, environment);
  const lifetime = narrowest(asked.vm_lifetime_seconds, 'lifetimeSeconds', DEFAULT_LIFETIME_SECONDS);
  return {
    lifetime: lifetime.seconds > lifetimeMax.seconds ? lifetimeMax : lifetime,
    idle: narrowest(asked.idle_timeout_seconds, 'idleTimeoutSeconds', null),
    lifetimeMax,
  };
}

/** Throws ValidationError for a lifetime that no machine may have, and says who can change that. */
export function refuseBeyond(asked: AskedTimes, max: Chosen, environment: string | null): void {
  if ((asked.vm_lifetime_seconds ?? 0) <= max.seconds) return;
  const { setting } = TIME_FIELDS.absolute;
  const holder =
    max.from === 'environment' ? `the environment ${environment} of this account` : 'this account';
  throw invalidField(
    'vm_lifetime_seconds',
    `is more than ${max.seconds}, the longest that a machine may live here. Whoever may change the account (account:write) can raise ${setting} of ${holder}`,
  );
}
