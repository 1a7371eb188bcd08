/** Lifetime of a machine whose maker said none, where neither account nor environment does. */
export const DEFAULT_LIFETIME_SECONDS = 300;

/** The longest that a machine lives in all, renewals included, where neither account nor environment says otherwise. */
export const DEFAULT_LIFETIME_MAX_SECONDS = 86_400;

/** What ends a session by itself: nobody used it, its lifetime, the bound that no renewal moves. */
export const TIMEOUTS = ['idle', 'lifetime', 'absolute'] as const;

export type Timeout = (typeof TIMEOUTS)[number];

/** Where one of its times was set, the narrowest first; a wider one counts where no narrower is set. */
export const TIME_SOURCES = ['session', 'environment', 'account', 'server'] as const;

export type TimeSource = (typeof TIME_SOURCES)[number];

/** Names of the fields that set each: of a session or machine, and of an environment or account. */
export const TIME_FIELDS = {
  idle: { session: 'idle_timeout_seconds', setting: 'machine_idle_timeout_seconds' },
  lifetime: { session: 'vm_lifetime_seconds', setting: 'machine_lifetime_seconds' },
  absolute: { session: null, setting: 'machine_lifetime_max_seconds' },
} as const satisfies Record<Timeout, { session: string | null; setting: string }>;
