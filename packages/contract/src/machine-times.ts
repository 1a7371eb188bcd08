/** Lifetime of a machine whose maker said none, where neither account nor environment does. */
export const DEFAULT_LIFETIME_SECONDS = 300;

/** The longest that a machine lives in all, renewals included, where neither account nor environment says otherwise. */
export const DEFAULT_LIFETIME_MAX_SECONDS = 86_400;
