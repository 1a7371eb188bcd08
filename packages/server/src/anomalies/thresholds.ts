const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** Requests are counted in pieces of time this long. */
export const SLOT_MS = 5 * MINUTE_MS;

/** Before a key has this much history nothing about it is unusual, but what needs no history. */
export const HISTORY = { days: 5, ageMs: 7 * DAY_MS } as const;

/** What happened on a day counts a little less on each day of use that follows: half of it after 34. */
export const KEPT_A_DAY = 0.98;

/**
 * Something new is unusual for a key on whose days of use something new was rare: at most this share of them. When
 * both the place and the program are new, each may be likelier, because it is rare that both are.
 */
export const NEWNESS = { aloneMax: 0.06, togetherMax: 0.02, eachMax: 0.35 } as const;

/** Seen on so many days, something is a habit. */
export const HABIT_DAYS = 3;

/** A sleep is long from here on, and when it is this many times the longest before. */
export const SLEEP = { leastMs: 45 * DAY_MS, times: 3 } as const;

/**
 * Counts in a slot are unusual above `floor` and above so many times the highest of the last weeks: `times`, and more
 * while there is little history (`young` divided by the days of use).
 */
export const RATE = { floor: 600, times: 4, young: 15 } as const;
export const DENIED = { floor: 30, youngFloor: 100, times: 3, young: 15 } as const;
export const LIMITED = { floor: 300, youngFloor: 1000, times: 3, young: 15 } as const;

/** The highest counts of this period and the one before it are what is usual: four to eight weeks. */
export const PERIOD_DAYS = 28;

/** A rate that is unusual on so many days one after the other is the new usual one. */
export const LASTING_DAYS = 3;

/** Wrong secrets with the id of a key, in a slot. */
export const GUESSES_MIN = 100;

/** So many changes between two far places, within this time, are two users and not a journey. */
export const TWO_PLACES = { changes: 4, withinMs: 15 * MINUTE_MS, shareMax: 0.1 } as const;

/** What a profile remembers at most, so that it stays below two kilobytes. */
export const PLACES_MAX = 7;
export const PLACES_OF_REGION_MAX = 3;
export const PROGRAMS_MAX = 4;
