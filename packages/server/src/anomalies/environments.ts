import type { Finding, Sighting } from './finding.ts';
import type { Profile } from './profile.ts';
import { HABIT_DAYS } from './thresholds.ts';

const FORGOTTEN_DAYS = 14;

/**
 * A key in the networks of another environment: that needs no history, because somebody said whose networks they are.
 * A key outside its own environment's networks: only when it was used inside them, and was not used outside for days,
 * because else the networks that were said are simply not all that there are.
 */
export function compareEnvironment(
  profile: Profile,
  sighting: Sighting,
): { profile: Profile; findings: Finding[] } {
  const { place, environment, foreign, isInside } = sighting;
  if (!place || environment === null) return { profile, findings: [] };
  if (isInside) return { profile: inside(profile), findings: [] };
  const isOutside = isInside === false && profile.wasInside && profile.outsideDays < HABIT_DAYS;
  let seen = profile;
  if (isInside === false && profile.outsideDay !== profile.day && profile.outsideDays < HABIT_DAYS) {
    seen = { ...profile, outsideDay: profile.day, outsideDays: profile.outsideDays + 1 };
  }
  if ((!foreign && !isOutside) || seen.toldKinds.includes('wrong_environment'))
    return { profile: seen, findings: [] };
  const finding: Finding = {
    kind: 'wrong_environment',
    subject: place.id,
    figures: {
      network: place.id,
      environment,
      networks_of: foreign ?? environment,
      is_inside: foreign ? 'yes' : 'no',
    },
    isRepeat: false,
  };
  return { profile: { ...seen, toldKinds: `${seen.toldKinds} wrong_environment` }, findings: [finding] };
}

/** What was long ago is no habit of being outside. */
function inside(profile: Profile): Profile {
  const isLongAgo = profile.outsideDays > 0 && profile.day - profile.outsideDay > FORGOTTEN_DAYS;
  if (profile.wasInside && !isLongAgo) return profile;
  return { ...profile, wasInside: true, outsideDays: isLongAgo ? 0 : profile.outsideDays };
}
