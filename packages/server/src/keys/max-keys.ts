/** Live keys that an account may have, where neither it nor `INSTAVM_MAX_KEYS` says otherwise. */
export const DEFAULT_MAX_KEYS = 1000;
