import type { Finding, Sighting } from './finding.ts';
import { type Counts, dayOf, hasHistory, type Profile, slotOf } from './profile.ts';
import { DENIED, LASTING_DAYS, LIMITED, PERIOD_DAYS, RATE, SLOT_MS } from './thresholds.ts';

type Rule = typeof RATE | typeof DENIED | typeof LIMITED;

/** What a rule of `thresholds.ts` makes of one count; null while nothing is too much. */
function bound(rule: Rule, counts: Counts, profile: Profile, atMs: number): number | null {
  const isKnown = hasHistory(profile, atMs);
  if (!isKnown && !('youngFloor' in rule)) return null;
  const floor = !isKnown && 'youngFloor' in rule ? rule.youngFloor : rule.floor;
  const times = rule.times + rule.young / Math.max(1, profile.days);
  return Math.max(floor, Math.ceil(times * usualOf(counts)));
}

export function usualOf({ highest, before }: Counts): number {
  return Math.max(highest, before);
}

/** The profile at a later moment: a slot that is over teaches how much is usual. */
export function advance(profile: Profile, atMs: number): Profile {
  const slot = slotOf(atMs);
  if (slot <= profile.slot) return profile;
  const overMs = profile.slot * SLOT_MS;
  const period = Math.floor(dayOf(atMs) / PERIOD_DAYS);
  const close = (counts: Counts, rule: Rule) => {
    const learned = learn(counts, bound(rule, counts, profile, overMs), dayOf(overMs));
    if (period === profile.period) return learned;
    return { ...learned, before: learned.highest || learned.before, highest: 0 };
  };
  return {
    ...profile,
    slot,
    period,
    requests: close(profile.requests, RATE),
    denied: close(profile.denied, DENIED),
    limited: close(profile.limited, LIMITED),
    toldKinds: '',
  };
}

/** An unusual slot teaches nothing, else an attack would make itself usual; but what lasts for days does. */
function learn(counts: Counts, tooMuch: number | null, day: number): Counts {
  const { count, overDay } = counts;
  if (count === 0) return counts;
  const done = { ...counts, count: 0, told: 0 };
  if (tooMuch === null || count < tooMuch) return { ...done, highest: Math.max(count, counts.highest) };
  const overDays = overDay === day ? counts.overDays : day - overDay <= 3 ? counts.overDays + 1 : 1;
  const highest = overDays >= LASTING_DAYS ? Math.max(count, counts.highest) : counts.highest;
  return { ...done, highest, overDay: day, overDays };
}

/** Adds what a sighting counts, and finds the rates that are far above what is usual. */
export function count(profile: Profile, sighting: Sighting): { profile: Profile; findings: Finding[] } {
  const findings: Finding[] = [];
  const add = (counts: Counts, more: number, rule: Rule, find: (one: Counts) => Finding) => {
    if (more === 0) return counts;
    const now = { ...counts, count: counts.count + more };
    const tooMuch = bound(rule, counts, profile, sighting.atMs);
    // While it grows it is told again, so that the figures do not stay those of its first moment.
    if (tooMuch === null || now.count < Math.max(tooMuch, now.told * 1.25)) return now;
    findings.push(find(now));
    return { ...now, told: now.count };
  };
  const minutes = SLOT_MS / 60_000;
  const requests = add(profile.requests, sighting.requests, RATE, (counts) => ({
    kind: 'rate',
    subject: null,
    figures: { requests: counts.count, minutes, usually_at_most: usualOf(counts) },
    isRepeat: false,
  }));
  const refused = (cause: 'denied' | 'limit') => (counts: Counts) =>
    ({
      kind: 'refusals',
      subject: null,
      figures: { cause, refused: counts.count, minutes, usually_at_most: usualOf(counts) },
      isRepeat: false,
    }) as const;
  const denied = add(profile.denied, sighting.denied, DENIED, refused('denied'));
  const limited = add(profile.limited, sighting.limited, LIMITED, refused('limit'));
  return { profile: { ...profile, requests, denied, limited }, findings };
}

/** Somebody said that so much is right. */
export function allow(counts: Counts, amount: number): Counts {
  return { ...counts, highest: Math.max(counts.highest, amount) };
}
