import { DAY_MS, HISTORY, KEPT_A_DAY, SLOT_MS } from './thresholds.ts';

/** A place or a program that the key was seen with. */
export interface Known {
  readonly id: string;
  /** Days of use on which it was seen. */
  readonly days: number;
  /** The last of them, since 1970. */
  readonly day: number;
  /** It was raised as new, and neither has anybody said that it is right nor has it become a habit. */
  readonly isSuspect: boolean;
}

/** What was counted in slots: in the one that is under way, and the highest of the last weeks. */
export interface Counts {
  readonly count: number;
  /** The count of this slot that was told last; 0 for none. */
  readonly told: number;
  /** The highest of this period, and of the one before. */
  readonly highest: number;
  readonly before: number;
  /** The last day on which a slot was unusual, and how many there were one after the other. */
  readonly overDay: number;
  readonly overDays: number;
}

/** Changes between two far regions that are under way. */
export interface Turns {
  readonly one: string;
  readonly other: string;
  readonly changes: number;
  readonly sinceMs: number;
  readonly isTold: boolean;
}

/** What is usual for one key. Numbers named `...Share` are days, of which older ones count less. */
export interface Profile {
  readonly firstMs: number;
  readonly lastMs: number;
  /** The last day of use, since 1970. */
  readonly day: number;
  /** Days of use. */
  readonly days: number;
  readonly daysShare: number;
  readonly newPlaceDay: number;
  readonly newPlaceShare: number;
  readonly newProgramDay: number;
  readonly newProgramShare: number;
  readonly parallelDay: number;
  readonly parallelShare: number;
  readonly longestGapMs: number;
  readonly places: readonly Known[];
  readonly programs: readonly Known[];
  readonly slot: number;
  readonly period: number;
  readonly requests: Counts;
  readonly denied: Counts;
  readonly limited: Counts;
  /** Kinds that were told in this slot, and need not be told again in it. */
  readonly toldKinds: string;
  /** Where it was used last, for each kind of address. */
  readonly last4: string;
  readonly last6: string;
  readonly turns: Turns | null;
  /** It was used from the networks of its environment. */
  readonly wasInside: boolean;
  /** Days on which it was used from elsewhere, at most `HABIT_DAYS`, and the last of them. */
  readonly outsideDays: number;
  readonly outsideDay: number;
}

const NO_COUNTS: Counts = { count: 0, told: 0, highest: 0, before: 0, overDay: 0, overDays: 0 };

const NOTHING: Profile = {
  firstMs: 0,
  lastMs: 0,
  day: 0,
  days: 0,
  daysShare: 0,
  newPlaceDay: 0,
  newPlaceShare: 0,
  newProgramDay: 0,
  newProgramShare: 0,
  parallelDay: 0,
  parallelShare: 0,
  longestGapMs: 0,
  places: [],
  programs: [],
  slot: 0,
  period: 0,
  requests: NO_COUNTS,
  denied: NO_COUNTS,
  limited: NO_COUNTS,
  toldKinds: '',
  last4: '',
  last6: '',
  turns: null,
  wasInside: false,
  outsideDays: 0,
  outsideDay: 0,
};

/** Of a key that was never used. */
export function newProfile(): Profile {
  return NOTHING;
}

export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

export function slotOf(ms: number): number {
  return Math.floor(ms / SLOT_MS);
}

/** Whether enough is known of the key to call something unusual. */
export function hasHistory({ days, firstMs }: Profile, atMs: number): boolean {
  return days >= HISTORY.days && atMs - firstMs >= HISTORY.ageMs;
}

/** The profile as it is on a day of use: older days count less from then on. */
export function onDay(profile: Profile, atMs: number): Profile {
  const day = dayOf(atMs);
  if (day <= profile.day) return profile;
  return {
    ...profile,
    day,
    days: profile.days + 1,
    daysShare: profile.daysShare * KEPT_A_DAY + 1,
    newPlaceShare: profile.newPlaceShare * KEPT_A_DAY,
    newProgramShare: profile.newProgramShare * KEPT_A_DAY,
    parallelShare: profile.parallelShare * KEPT_A_DAY,
  };
}
