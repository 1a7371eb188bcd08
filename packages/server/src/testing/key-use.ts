import { observe } from '../anomalies/detector.ts';
import type { Finding, Sighting } from '../anomalies/finding.ts';
import { placeOfId } from '../anomalies/place.ts';
import { newProfile, type Profile } from '../anomalies/profile.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** A midnight. */
export const FIRST_DAY_MS = Date.UTC(2030, 0, 7);

export const HOME = '198.51.100.0/24';
export const FAR = '203.0.113.0/24';

/** A key whose use a test writes down, and what is found about it. */
export class WatchedKey {
  profile: Profile = newProfile();
  /** The time of the last use; each use without a time comes a minute later. */
  atMs = FIRST_DAY_MS;

  /** Kinds of what was found. `place` is the id of one. */
  use(use: Partial<Omit<Sighting, 'place'>> & { place?: string } = {}): string[] {
    return this.findings(use).map(({ kind, isRepeat }) => (isRepeat ? `${kind} again` : kind));
  }

  findings({ place = HOME, ...use }: Partial<Omit<Sighting, 'place'>> & { place?: string } = {}): Finding[] {
    this.atMs = use.atMs ?? this.atMs + MINUTE_MS;
    const { profile, findings } = observe(this.profile, {
      ...{ program: 'instavm-cli', requests: 1, denied: 0, limited: 0, environment: null },
      ...{ isUsualPlace: false, isUsualProgram: false, isInside: null, foreign: null },
      ...use,
      atMs: this.atMs,
      place: placeOfId(place),
    });
    this.profile = profile;
    return findings;
  }

  /** Used once on each of so many days, from where it was left. @returns what was found */
  useDaily(days: number, use: Parameters<WatchedKey['use']>[0] = {}): string[] {
    return Array.from({ length: days }, () => this.use({ ...use, atMs: this.atMs + DAY_MS })).flat();
  }
}

/** One with three weeks of history at home. */
export function usedKey(): WatchedKey {
  const key = new WatchedKey();
  key.useDaily(21);
  return key;
}
