import type { Environment } from '@instavm/contract/states';
import type { Selectable } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { Pace } from '../limits/gcra.ts';
import { readOnlyPace, readPace } from '../limits/key-limits.ts';

/** Null is the next wider setting. */
export interface MachineTimes {
  readonly idleTimeoutSeconds: number | null;
  readonly lifetimeSeconds: number | null;
  readonly lifetimeMaxSeconds: number | null;
}

/** Null is the next wider bound. */
export interface Quotas {
  /** At once. */
  readonly machines: number | null;
  /** In a calendar month (UTC), as the other. */
  readonly vmSeconds: number | null;
  readonly executions: number | null;
}

export interface EnvironmentSettings {
  readonly rateLimit: Pace | null;
  readonly concurrentRequests: number | null;
  readonly machineTimes: MachineTimes;
  /** CIDRs that its keys are used from. */
  readonly networks: readonly string[];
}

/** What the operator sets for an account: its own settings never exceed it. Absent fields are no bound. */
export interface OperatorLimits {
  readonly rate_limit?: string;
  readonly concurrent_requests?: number;
  readonly quota_machines?: number;
  readonly quota_vm_seconds?: number;
  readonly quota_executions?: number;
  /** Of a calendar month. */
  readonly credit_dollars?: number;
}

/** The settings of an account that its keys, machines and sessions follow, as they are now. */
export interface AccountSettings {
  readonly rateLimit: Pace | null;
  /** Of keys without one of their own; null is the server's. */
  readonly keyRateLimit: Pace | 'off' | null;
  readonly concurrentRequests: number | null;
  readonly quotas: Quotas;
  readonly machineTimes: MachineTimes;
  readonly quarantine: boolean;
  readonly places: readonly { readonly name: string; readonly cidrs: readonly string[] }[];
  readonly operator: OperatorLimits;
  /** `operator.rate_limit`, read. */
  readonly operatorRateLimit: Pace | null;
  readonly environments: ReadonlyMap<Environment, EnvironmentSettings>;
}

const NO_TIMES: MachineTimes = { idleTimeoutSeconds: null, lifetimeSeconds: null, lifetimeMaxSeconds: null };

export const NO_ENVIRONMENT_SETTINGS: EnvironmentSettings = {
  rateLimit: null,
  concurrentRequests: null,
  machineTimes: NO_TIMES,
  networks: [],
};

export const NO_ACCOUNT_SETTINGS: AccountSettings = {
  rateLimit: null,
  keyRateLimit: null,
  concurrentRequests: null,
  quotas: { machines: null, vmSeconds: null, executions: null },
  machineTimes: NO_TIMES,
  quarantine: false,
  places: [],
  operator: {},
  operatorRateLimit: null,
  environments: new Map(),
};

type AccountRow = Selectable<Database['account']>;
export type EnvironmentRow = Selectable<Database['environment_setting']>;

export function accountSettings(row: AccountRow, environments: readonly EnvironmentRow[]): AccountSettings {
  const operator = JSON.parse(row.operator_limits) as OperatorLimits;
  return {
    rateLimit: readOnlyPace(row.rate_limit),
    keyRateLimit: readPace(row.key_rate_limit),
    concurrentRequests: row.concurrent_requests,
    quotas: {
      machines: row.quota_machines,
      vmSeconds: row.quota_vm_seconds,
      executions: row.quota_executions,
    },
    machineTimes: machineTimes(row),
    quarantine: row.quarantine === 1,
    places: JSON.parse(row.places) as AccountSettings['places'],
    operator,
    operatorRateLimit: readOnlyPace(operator.rate_limit ?? null),
    environments: new Map(environments.map((setting) => [setting.environment, environmentSettings(setting)])),
  };
}

function environmentSettings(row: EnvironmentRow): EnvironmentSettings {
  return {
    rateLimit: readOnlyPace(row.rate_limit),
    concurrentRequests: row.concurrent_requests,
    machineTimes: machineTimes(row),
    networks: JSON.parse(row.networks) as string[],
  };
}

function machineTimes(
  row: Pick<
    EnvironmentRow,
    'machine_idle_timeout_seconds' | 'machine_lifetime_seconds' | 'machine_lifetime_max_seconds'
  >,
): MachineTimes {
  return {
    idleTimeoutSeconds: row.machine_idle_timeout_seconds,
    lifetimeSeconds: row.machine_lifetime_seconds,
    lifetimeMaxSeconds: row.machine_lifetime_max_seconds,
  };
}
