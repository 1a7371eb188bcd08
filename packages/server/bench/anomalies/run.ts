import { observe } from '../../src/anomalies/detector.ts';
import type { Finding } from '../../src/anomalies/finding.ts';
import { Neighbours } from '../../src/anomalies/neighbours.ts';
import { atlasOf } from '../../src/anomalies/place.ts';
import { hasHistory, newProfile, type Profile } from '../../src/anomalies/profile.ts';
import { programReader } from '../../src/anomalies/program.ts';
import { NO_ACCOUNT_SETTINGS, NO_ENVIRONMENT_SETTINGS } from '../../src/auth/account-settings.ts';
import { DAY_MS, JUDGED_DAYS, LEARNED_DAYS, START_MS } from './calendar.ts';
import { normalKeys } from './normal.ts';
import { REAL_CHANGES, type SimulatedKey, type Traffic } from './traffic.ts';

export interface Raised extends Finding {
  atMs: number;
  key: number;
  keyKind: string;
  /** Something truly changed, and the anomaly says so. */
  isRealChange: boolean;
}

/** What the company says of its networks: where production runs. */
export const COMPANY = {
  ...NO_ACCOUNT_SETTINGS,
  environments: new Map([
    [
      'production' as const,
      {
        ...NO_ENVIRONMENT_SETTINGS,
        networks: [
          '203.0.113.0/24',
          '192.0.2.0/24',
          '45.83.12.0/24',
          '5.75.140.0/24',
          '23.88.61.0/24',
          `${REAL_CHANGES.dataCentre}.0/24`,
        ],
      },
    ],
  ]),
};

/** Sees traffic of the company's keys as the server would, one piece after the other. */
export function watcher() {
  const atlas = atlasOf(COMPANY);
  const programOf = programReader();
  const neighbours = new Neighbours();
  /** `isTrial`: nobody else learns from it. */
  return (profile: Profile, key: Watched, one: Traffic, { isTrial = false } = {}) => {
    const { environment } = key.simulated;
    const where = atlas.where(one.address, environment);
    const program = programOf(one.userAgent);
    const { atMs, requests, denied, limited } = one;
    const things = { place: where.place!.region, program };
    const seen = observe(profile, {
      ...{ atMs, requests, denied, limited, environment, program, ...where },
      isUsualPlace: neighbours.know(things.place, key.id),
      isUsualProgram: neighbours.know(things.program, key.id),
    });
    if (!isTrial && hasHistory(seen.profile, atMs)) {
      for (const thing of Object.values(things)) neighbours.note(thing, key.id, seen.profile.day);
    }
    return seen;
  };
}

/** A key of the company, and what is known of it by now. */
export interface Watched {
  id: number;
  simulated: SimulatedKey;
  profile: Profile;
}

export function watchedKeys(seed: number, changes: Parameters<typeof normalKeys>[1] = {}): Watched[] {
  return normalKeys(seed, changes).map((simulated, id) => ({ id, simulated, profile: newProfile() }));
}

/**
 * The anomalies of normal traffic: in the first month, in which everything is new, and in the second. What is of one
 * kind for one key within a day is one anomaly, as the server has it.
 */
export function normalMonths(
  seed: number,
  changes: Parameters<typeof normalKeys>[1] = {},
): { first: Raised[]; second: Raised[]; sightings: number } {
  const see = watcher();
  const raised: Raised[] = [];
  let sightings = 0;
  const keys = watchedKeys(seed, changes).map((key) => ({ ...key, last: new Map<string, number>() }));
  for (let day = 0; day < LEARNED_DAYS + JUDGED_DAYS; day++) {
    for (const key of keys) {
      for (const one of key.simulated.day(day)) {
        const seen = see(key.profile, key, one);
        key.profile = seen.profile;
        sightings++;
        for (const finding of seen.findings) {
          if (finding.isRepeat) continue;
          const before = key.last.get(finding.kind) ?? Number.NEGATIVE_INFINITY;
          key.last.set(finding.kind, one.atMs);
          if (one.atMs - before <= DAY_MS) continue;
          raised.push({
            ...finding,
            atMs: one.atMs,
            key: key.id,
            keyKind: key.simulated.kind,
            isRealChange: isReal(finding),
          });
        }
      }
    }
  }
  const endsMs = START_MS + LEARNED_DAYS * DAY_MS;
  return {
    first: raised.filter(({ atMs }) => atMs < endsMs),
    second: raised.filter(({ atMs }) => atMs >= endsMs),
    sightings,
  };
}

function isReal({ kind, subject }: Finding): boolean {
  if (kind === 'new_client') return subject === REAL_CHANGES.program;
  const { journeys, dataCentre } = REAL_CHANGES;
  return kind === 'new_place' && (subject!.startsWith(journeys) || subject!.startsWith(dataCentre));
}
