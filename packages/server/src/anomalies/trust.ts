import type { AnomalyKind } from '@instavm/contract';
import { allow } from './counts.ts';
import type { Figures } from './finding.ts';
import type { Known, Profile } from './profile.ts';
import { HABIT_DAYS } from './thresholds.ts';

/** An anomaly that somebody looked into and found to be right. */
export interface Trusted {
  kind: AnomalyKind;
  subject: string | null;
  figures: Figures;
}

/** The profile of a key after somebody said that what was unusual is right: from then on it is usual. */
export function trust(profile: Profile, { kind, subject, figures }: Trusted): Profile {
  if (kind === 'new_place' || kind === 'two_places')
    return { ...profile, places: accept(profile.places, subject) };
  if (kind === 'new_client') return { ...profile, programs: accept(profile.programs, subject) };
  if (kind === 'rate') return { ...profile, requests: allow(profile.requests, Number(figures.requests)) };
  if (kind === 'refusals' && figures.cause === 'denied') {
    return { ...profile, denied: allow(profile.denied, Number(figures.refused)) };
  }
  if (kind === 'refusals' && figures.cause === 'limit') {
    return { ...profile, limited: allow(profile.limited, Number(figures.refused)) };
  }
  return profile;
}

function accept(known: readonly Known[], id: string | null): readonly Known[] {
  return known.map((one) =>
    one.id === id ? { ...one, isSuspect: false, days: Math.max(one.days, HABIT_DAYS) } : one,
  );
}
