import type { Finding, Sighting } from './finding.ts';
import { isNear, placeOfId } from './place.ts';
import { hasHistory, type Known, type Profile } from './profile.ts';
import { HABIT_DAYS, NEWNESS, PLACES_MAX, PLACES_OF_REGION_MAX, PROGRAMS_MAX } from './thresholds.ts';

/**
 * `near` says little by itself: a network that was never seen inside a region that was, as a provider gives out
 * addresses anew, and what other keys of the account are used with.
 */
type Newness = 'known' | 'near' | 'new';

/**
 * Places and programs that a key was never seen with. How unusual that is depends on the key: on one that is used from
 * somewhere new every other day it says nothing.
 */
export function meet(profile: Profile, sighting: Sighting): { profile: Profile; findings: Finding[] } {
  const { atMs, place, program } = sighting;
  const ofPlace = newnessOfPlace(profile.places, sighting);
  const ofProgram = newnessOfProgram(profile.programs, sighting);
  const isFirst = profile.places.length === 0 && profile.programs.length === 0;
  const { isNewPlace, isNewProgram } =
    !isFirst && hasHistory(profile, atMs)
      ? judge(profile, ofPlace, ofProgram)
      : { isNewPlace: false, isNewProgram: false };
  const findings: Finding[] = [];
  if (isNewPlace) findings.push(newPlace(profile, place!.id));
  if (isNewProgram) findings.push(newProgram(profile, program!));

  let met = profile;
  if (!isFirst && ofPlace === 'new' && met.newPlaceDay !== met.day) {
    met = { ...met, newPlaceDay: met.day, newPlaceShare: met.newPlaceShare + 1 };
  }
  if (!isFirst && ofProgram === 'new' && met.newProgramDay !== met.day) {
    met = { ...met, newProgramDay: met.day, newProgramShare: met.newProgramShare + 1 };
  }
  const places = place === null ? met.places : see(met.places, place.id, met.day, isNewPlace, roomForPlace);
  const programs =
    program === null ? met.programs : see(met.programs, program, met.day, isNewProgram, roomForProgram);
  if (places !== met.places || programs !== met.programs) met = { ...met, places, programs };

  for (const [kind, known, id] of [
    ['new_place', places, place?.id],
    ['new_client', programs, program],
  ] as const) {
    const isNow = findings.some((finding) => finding.kind === kind);
    if (isNow || !known.some((one) => one.id === id && one.isSuspect) || met.toldKinds.includes(kind))
      continue;
    findings.push({ kind, subject: id!, figures: {}, isRepeat: true });
    met = { ...met, toldKinds: `${met.toldKinds} ${kind}` };
  }
  return { profile: met, findings };
}

function newnessOfPlace(places: readonly Known[], { place, isUsualPlace }: Sighting): Newness {
  if (place === null || places.some(({ id }) => id === place.id)) return 'known';
  return isUsualPlace || places.some(({ id }) => isNear(id, place)) ? 'near' : 'new';
}

function newnessOfProgram(programs: readonly Known[], { program, isUsualProgram }: Sighting): Newness {
  if (program === null || programs.some(({ id }) => id === program)) return 'known';
  return isUsualProgram ? 'near' : 'new';
}

function judge(profile: Profile, place: Newness, program: Newness) {
  const { aloneMax, togetherMax, eachMax } = NEWNESS;
  const placeShare = (profile.newPlaceShare + 0.5) / (profile.daysShare + 1);
  const programShare = (profile.newProgramShare + 0.5) / (profile.daysShare + 1);
  const areBoth =
    place !== 'known' &&
    program !== 'known' &&
    (place === 'new' || program === 'new') &&
    placeShare * programShare <= togetherMax &&
    Math.max(placeShare, programShare) <= eachMax;
  return {
    isNewPlace: areBoth || (place === 'new' && placeShare <= aloneMax),
    isNewProgram: areBoth || (program === 'new' && programShare <= aloneMax),
  };
}

function newPlace({ places, days }: Profile, id: string): Finding {
  return {
    kind: 'new_place',
    subject: id,
    figures: { network: id, days_of_use: days, ...usual(places) },
    isRepeat: false,
  };
}

function newProgram({ programs, days }: Profile, id: string): Finding {
  return {
    kind: 'new_client',
    subject: id,
    figures: { client: id, days_of_use: days, ...usual(programs) },
    isRepeat: false,
  };
}

/** The one that was seen most, and how many others. */
function usual(known: readonly Known[]): { usual: string | null; others: number } {
  const most = known.toSorted((a, b) => b.days - a.days)[0];
  return { usual: most?.id ?? null, others: Math.max(0, known.length - 1) };
}

function see(
  known: readonly Known[],
  id: string,
  day: number,
  isSuspect: boolean,
  makeRoom: (known: readonly Known[], id: string) => readonly Known[],
): readonly Known[] {
  const at = known.findIndex((one) => one.id === id);
  if (at === -1) return [...makeRoom(known, id), { id, days: 1, day, isSuspect }];
  const one = known[at]!;
  if (one.day >= day) return known;
  const days = one.days + 1;
  return known.with(at, { id, days, day, isSuspect: one.isSuspect && days < HABIT_DAYS });
}

/** A region keeps its last few networks, so that a provider's changing addresses crowd out nothing else. */
function roomForPlace(places: readonly Known[], id: string): readonly Known[] {
  const place = placeOfId(id);
  const near = places.filter((one) => isNear(one.id, place));
  if (near.length >= PLACES_OF_REGION_MAX) return without(places, leastKnown(near));
  return places.length < PLACES_MAX ? places : without(places, leastKnown(places));
}

function roomForProgram(programs: readonly Known[]): readonly Known[] {
  return programs.length < PROGRAMS_MAX ? programs : without(programs, leastKnown(programs));
}

const without = (known: readonly Known[], one: Known) => known.filter((other) => other !== one);

/** Seen on few days, and not lately. */
function leastKnown(known: readonly Known[]): Known {
  const last = Math.max(...known.map(({ day }) => day));
  const worth = ({ days, day }: Known) => days / (1 + (last - day) / 7);
  return known.reduce((least, one) => (worth(one) < worth(least) ? one : least));
}
