/** Words of the API for the state of things, with words for people. Pure data without a dependency. */

export interface StateInfo {
  /** For a person, in sentence case. */
  label: string;
  meaning: string;
}

export interface VmStateInfo extends StateInfo {
  /** It holds memory and processors now. */
  live: boolean;
  /** It will never run again. */
  ended: boolean;
}

export const VM_STATES = {
  creating: { label: 'Starting', meaning: 'The machine is being made.', live: true, ended: false },
  active: { label: 'Running', meaning: 'The machine is running.', live: true, ended: false },
  terminated: { label: 'Ended', meaning: 'The machine has ended.', live: false, ended: true },
  failed: { label: 'Failed', meaning: 'The machine could not be made or died.', live: false, ended: true },
} as const satisfies Record<string, VmStateInfo>;

export type VmState = keyof typeof VM_STATES;

export interface KeyStatusInfo extends StateInfo {
  /** The key may return to `active`. */
  reversible: boolean;
}

export const KEY_STATUSES = {
  active: { label: 'Active', meaning: 'Requests with this key are accepted.', reversible: true },
  disabled: { label: 'Disabled', meaning: 'Switched off; it can be enabled again.', reversible: true },
  expired: { label: 'Expired', meaning: 'Its time is over.', reversible: false },
  rotated: { label: 'Rotated', meaning: 'A successor has taken its place.', reversible: false },
  revoked: { label: 'Revoked', meaning: 'Ended for good.', reversible: false },
} as const satisfies Record<string, KeyStatusInfo>;

export type KeyStatus = keyof typeof KEY_STATUSES;

/** Why a key ended. Each is final; `status` says the same in fewer words. */
export const KEY_END_REASONS = {
  revoked: { label: 'Revoked', meaning: 'Somebody revoked it.' },
  leaked: { label: 'Leaked', meaning: 'It was reported as leaked, with its whole text.' },
  account_closed: { label: 'Account closed', meaning: 'Its account was closed.' },
  owner_removed: { label: 'Owner removed', meaning: 'Its owner left the account and nobody took it over.' },
  machine_ended: { label: 'Machine ended', meaning: 'The machine that it belongs to ended.' },
  policy_ended: { label: 'Policy ended', meaning: 'The trust policy that it came of was ended.' },
  rotation_undone: { label: 'Rotation undone', meaning: 'Its predecessor was put back in its place.' },
  rotated: { label: 'Rotated', meaning: 'Its successor works.' },
  expired: { label: 'Expired', meaning: 'Its expiry has passed.' },
  idle: { label: 'Unused', meaning: 'It was unused for longer than its idle expiry allows.' },
} as const satisfies Record<string, StateInfo>;

export type KeyEndReason = keyof typeof KEY_END_REASONS;

/** What a key's owner is told without asking. */
export const KEY_NOTICES = {
  expiring: { label: 'Expires soon', meaning: 'Its expiry is less than 30 days away.' },
  idle: { label: 'Unused', meaning: 'It ends soon unless it is used.' },
  old: { label: 'Old', meaning: 'It is older than the account lets keys grow before they are rotated.' },
  limits_can_be_left: {
    label: 'Can leave its limits',
    meaning: 'It has limits of its own and may make keys, which are not under them.',
  },
  rotation_open: { label: 'Being rotated', meaning: 'Its successor exists and has not been seen working.' },
  seen_in_url: {
    label: 'Seen in an address',
    meaning: 'It was part of an address, which logs and histories keep.',
  },
  anomaly: { label: 'Unusual use', meaning: 'Its use was unusual, and nobody has said that it is right.' },
  quarantined: {
    label: 'Quarantined',
    meaning: 'It was disabled because its use looked like an attack. It can be enabled again.',
  },
  sent_in_clear: {
    label: 'Sent in clear',
    meaning: 'It travelled without encryption, so others may have read it.',
  },
} as const satisfies Record<string, StateInfo>;

/** A key of one environment sees only that environment's machines; a key without one sees all. */
export const ENVIRONMENTS = {
  production: { label: 'Production', meaning: 'Machines that real users depend on.' },
  development: { label: 'Development', meaning: 'Machines of people at work.' },
  testing: { label: 'Testing', meaning: 'Machines of tests and continuous integration.' },
} as const satisfies Record<string, StateInfo>;

export type Environment = keyof typeof ENVIRONMENTS;

/** What stands between a machine and its host, strongest first. */
export const ISOLATIONS = {
  kvm: { label: 'Virtual machine', meaning: "A kernel of its own, kept apart by the processor's own means." },
  emulated: {
    label: 'Emulated machine',
    meaning: 'A kernel of its own on an emulated processor: slower, as the host offers no KVM.',
  },
  none: {
    label: 'No isolation',
    meaning: 'A simulated machine: processes of the host. Never for foreign code.',
  },
} as const satisfies Record<string, StateInfo>;

export type Isolation = keyof typeof ISOLATIONS;

/** The names of a table, in its order, with their exact type. */
export function namesOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}
