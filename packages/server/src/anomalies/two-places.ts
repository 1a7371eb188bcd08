import type { Finding, Sighting } from './finding.ts';
import { isNear, type Place, placeOfId } from './place.ts';
import { hasHistory, type Profile, type Turns } from './profile.ts';
import { HABIT_DAYS, TWO_PLACES } from './thresholds.ts';

/**
 * Two far places whose requests come in turn: A, B, A, B, A. A journey goes from one to another and not back and
 * forth. Unusual for a key that is used in one place at a time, and only when it is at home in one of them and not in
 * the other: two servers, a laptop between two of its usual networks, or runners that are never twice in one place
 * are no attack.
 *
 * Without a map of the world, two regions of one kind of address are far. IPv4 and IPv6 are never compared: a machine
 * with both changes between them all day.
 */
export function alternate(
  profile: Profile,
  { atMs, place }: Sighting,
): { profile: Profile; findings: Finding[] } {
  if (!place?.family) return { profile, findings: [] };
  const field = place.family === 4 ? 'last4' : 'last6';
  const last = profile[field];
  if (last === place.id) return { profile, findings: [] };
  const moved = { ...profile, [field]: place.id };
  if (last === '' || isNear(last, place)) return { profile: moved, findings: [] };

  const turns = turn(profile.turns, placeOfId(last).region, place.region, atMs);
  if (turns.changes < TWO_PLACES.changes || turns.isTold)
    return { profile: { ...moved, turns }, findings: [] };
  const isUsual = profile.parallelShare > TWO_PLACES.shareMax * profile.daysShare;
  const parallel = noteParallelDay({ ...moved, turns: { ...turns, isTold: true } });
  const isHere = isHome(profile, place);
  const isBothOrNeither = isHere === isHome(profile, placeOfId(last));
  if (isUsual || isBothOrNeither || !hasHistory(profile, atMs)) return { profile: parallel, findings: [] };
  const [strange, other] = isHere ? [last, place.id] : [place.id, last];
  const minutes = Math.max(1, Math.ceil((atMs - turns.sinceMs) / 60_000));
  const figures = { network: strange, other_network: other, changes: turns.changes, minutes };
  return {
    profile: parallel,
    findings: [{ kind: 'two_places', subject: strange, figures, isRepeat: false }],
  };
}

function turn(before: Turns | null, last: string, now: string, atMs: number): Turns {
  const isSame =
    before !== null &&
    ((before.one === last && before.other === now) || (before.one === now && before.other === last)) &&
    atMs - before.sinceMs <= TWO_PLACES.withinMs;
  if (isSame) return { ...before, changes: before.changes + 1 };
  return { one: last, other: now, changes: 1, sinceMs: atMs, isTold: false };
}

function noteParallelDay(profile: Profile): Profile {
  if (profile.parallelDay === profile.day) return profile;
  return { ...profile, parallelDay: profile.day, parallelShare: profile.parallelShare + 1 };
}

/** Whether it was used from the region on enough days. */
function isHome({ places }: Profile, place: Place): boolean {
  let days = 0;
  for (const known of places) {
    if (!known.isSuspect && (known.id === place.id || isNear(known.id, place))) days += known.days;
  }
  return days >= HABIT_DAYS;
}
