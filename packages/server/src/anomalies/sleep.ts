import type { Finding, Sighting } from './finding.ts';
import { isNear } from './place.ts';
import { dayOf, type Profile } from './profile.ts';
import { HISTORY, SLEEP } from './thresholds.ts';

/**
 * Use after a time in which the key was not used. With too few days of use to know its usual gaps, it is unusual when
 * the key wakes in another place or by another program than it fell asleep.
 */
export function wake(profile: Profile, sighting: Sighting): { profile: Profile; findings: Finding[] } {
  const { atMs } = sighting;
  if (profile.lastMs === 0) return { profile: { ...profile, firstMs: atMs, lastMs: atMs }, findings: [] };
  const gapMs = atMs - profile.lastMs;
  if (gapMs <= 0) return { profile, findings: [] };
  const longestGapMs = Math.max(profile.longestGapMs, gapMs);
  const isLong = gapMs >= SLEEP.leastMs && gapMs >= SLEEP.times * profile.longestGapMs;
  const findings: Finding[] = [];
  if (isLong && (profile.days >= HISTORY.days || isElsewhere(profile, sighting))) {
    const days = dayOf;
    findings.push({
      kind: 'awake',
      subject: null,
      figures: { days_unused: days(gapMs), longest_before_days: days(profile.longestGapMs) },
      isRepeat: false,
    });
  }
  return { profile: { ...profile, lastMs: atMs, longestGapMs }, findings };
}

function isElsewhere({ places, programs }: Profile, { place, program }: Sighting): boolean {
  const isPlaceKnown = place === null || places.some(({ id }) => id === place.id || isNear(id, place));
  const isProgramKnown = program === null || programs.some(({ id }) => id === program);
  return !isPlaceKnown || !isProgramKnown;
}
