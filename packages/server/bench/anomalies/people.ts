import { HOUR_MS, isWorkday, JUDGED_DAYS, LEARNED_DAYS, midnightMs } from './calendar.ts';
import type { Random } from './random.ts';
import {
  inOrder,
  type Provider,
  REAL_CHANGES,
  type SimulatedKey,
  type Traffic,
  traffic,
  v4Of,
  v6Of,
  versioned,
} from './traffic.ts';

const SLOT_MS = 5 * 60_000;
const OFFICE = '198.51.100';

export const MOBILE: readonly Provider[] = [
  { v4: '80.187', v6: '2a01:598' },
  { v4: '109.42', v6: '2a02:3030' },
];
const HOME: readonly Provider[] = [
  { v4: '91.10', v6: '2003:e1' },
  { v4: '84.59', v6: '2a02:810a' },
  { v4: '178.24', v6: '2a0a:a540' },
  { v4: '93.208', v6: '2003:c7' },
];

/** Office hours, some of them at home, on a train or in the evening; scripts now and then; holidays; a new program. */
export function person(
  random: Random,
  { startsOn = 0, officeMovesOn = Number.POSITIVE_INFINITY } = {},
): SimulatedKey {
  const home = random.of(HOME);
  const operator = random.of(MOBILE);
  const isDualStack = random.chance(0.3);
  const leaseDays = random.int(1, 40);
  const homeShare = random.of([0.1, 0.3, 0.5, 0.9]);
  const cli = versioned('instavm-cli', random, 14);
  const script = versioned('python-requests', random, 40);
  const curlShare = random.of([0, 0.05, 0.3]);
  const intensity = random.logNormal(4, 0.6);
  const holiday = random.chance(0.2) ? random.int(20, 45) : null;
  const holidayDays = random.int(5, 14);
  const days = LEARNED_DAYS + JUDGED_DAYS;
  // A journey, and another program than ever before, happen to few in a month.
  const journey = random.chance(0.01) ? random.int(0, days) : null;
  const hotel = random.int(0, 255);
  const newProgram = random.chance(0.01) ? random.int(0, days) : null;
  let lease = { until: -1, v4: '', v6: '' };

  return {
    kind: startsOn > 0 ? 'new person' : 'person',
    environment: 'development',
    day(day) {
      if (day >= lease.until) {
        lease = { until: day + random.int(1, leaseDays), v4: v4Of(home, random), v6: v6Of(home, random) };
      }
      const isAway = holiday !== null && day >= holiday && day < holiday + holidayDays;
      if (day < startsOn || isAway) return [];
      const works = isWorkday(day) ? random.chance(0.95) : random.chance(0.05);
      if (!works) return [];
      const isJourney = journey !== null && day >= journey && day < journey + 3;
      const isHome = random.chance(isWorkday(day) ? homeShare : 1);
      const addresses = isJourney
        ? [`${REAL_CHANGES.journeys}${hotel}.7.19`]
        : isHome
          ? homeAddresses()
          : [`${day < officeMovesOn ? OFFICE : '62.155.9'}.${random.int(2, 6)}`];
      const begins = midnightMs(day) + random.int(7 * 12, 10 * 12) * SLOT_MS;
      const ends = begins + random.int(6 * 12, 11 * 12) * SLOT_MS;
      const usesCurl = random.chance(curlShare);
      const all: Traffic[] = [];
      for (let at = begins; at < ends; at += SLOT_MS) {
        if (!random.chance(0.3)) continue;
        const isScript = random.chance(0.3);
        const userAgent =
          newProgram !== null && day >= newProgram && random.chance(0.5)
            ? `${REAL_CHANGES.program}/3.2`
            : usesCurl && random.chance(0.2)
              ? 'curl/8.9.1'
              : isScript
                ? script(day)
                : cli(day);
        const requests =
          isScript && random.chance(0.04) ? random.logNormal(90, 0.6) : random.logNormal(intensity, 0.8);
        const denied = random.chance(0.01) ? random.int(1, 4) : 0;
        all.push(
          traffic(at + random.int(0, SLOT_MS - 1), random.of(addresses), userAgent, requests, { denied }),
        );
      }
      if (random.chance(0.06)) all.push(...onTheMove(begins - HOUR_MS, cli(day)));
      return inOrder(all);
    },
  };

  function homeAddresses(): string[] {
    return isDualStack ? [lease.v4, lease.v6] : [lease.v4];
  }

  /** A phone's connection: another prefix at every cell. */
  function onTheMove(from: number, userAgent: string): Traffic[] {
    return Array.from({ length: random.int(1, 5) }, (_, n) =>
      traffic(
        from + n * random.int(3, 10) * 60_000,
        random.chance(0.7) ? v6Of(operator, random) : v4Of(operator, random),
        userAgent,
        random.logNormal(3, 0.6),
      ),
    );
  }
}

/** Someone whose computer is mostly online by a phone. */
export function mobilePerson(random: Random): SimulatedKey {
  const operators = random.chance(0.5) ? [random.of(MOBILE)] : MOBILE;
  const cli = versioned('instavm-cli', random, 14);
  return {
    kind: 'mobile person',
    environment: 'development',
    day(day) {
      if (!random.chance(isWorkday(day) ? 0.9 : 0.2)) return [];
      const operator = random.of(operators);
      let address = v6Of(operator, random);
      const all: Traffic[] = [];
      for (let at = midnightMs(day) + 8 * HOUR_MS; at < midnightMs(day) + 19 * HOUR_MS; at += 3 * SLOT_MS) {
        if (random.chance(0.3))
          address = random.chance(0.8) ? v6Of(operator, random) : v4Of(operator, random);
        if (random.chance(0.4)) all.push(traffic(at, address, cli(day), random.logNormal(5, 0.8)));
      }
      return all;
    },
  };
}

/** A key that somebody needs twice a month. */
export function rareKey(random: Random): SimulatedKey {
  return {
    kind: 'rare',
    environment: null,
    day(day) {
      if (!isWorkday(day) || !random.chance(0.08)) return [];
      const at = midnightMs(day) + random.int(8, 17) * HOUR_MS;
      return [traffic(at, `${OFFICE}.${random.int(2, 6)}`, 'instavm-cli/2.1', random.int(1, 12))];
    },
  };
}
