import { HOUR_MS, isWorkday, JUDGED_DAYS, LEARNED_DAYS, midnightMs, weekdayOf } from './calendar.ts';
import type { Random } from './random.ts';
import { inOrder, REAL_CHANGES, type SimulatedKey, type Traffic, traffic, versioned } from './traffic.ts';

const MINUTE_MS = 60_000;
const DATA_CENTRES = ['203.0.113', '192.0.2', '45.83.12', '5.75.140', '23.88.61'];

/** Day and night, more by day, a little more every week; a new version now and then, some in two regions at once. */
export function service(random: Random): SimulatedKey {
  const base = random.logNormal(12, 1);
  const growth = 1 + random.next() * 0.01;
  const program = versioned(random.of(['python-requests', 'instavm-sdk-js', 'Go-http-client']), random, 9);
  const regions = random.chance(0.15)
    ? [random.of(DATA_CENTRES), random.of(DATA_CENTRES)]
    : [random.of(DATA_CENTRES)];
  const hosts = random.int(1, 6);
  const releaseEvery = random.int(5, 20);
  const days = LEARNED_DAYS + JUDGED_DAYS;
  // Another data centre, which few services get in two months.
  const moves = random.chance(0.01) ? random.int(0, days) : null;
  return {
    kind: regions.length > 1 ? 'service in two regions' : 'service',
    environment: 'production',
    day(day) {
      const all: Traffic[] = [];
      const isRelease = day % releaseEvery === 0;
      for (let minute = 0; minute < 24 * 60; minute += 30) {
        const curve = 0.4 + 0.6 * Math.max(0, Math.sin(((minute / 60 - 6) / 24) * 2 * Math.PI));
        const weekend = weekdayOf(day) >= 5 ? 0.6 : 1;
        const restart = isRelease && minute === 600 ? 3 : 1;
        const requests = random.logNormal(base * growth ** day * curve * weekend * restart, 0.3);
        const network = moves !== null && day >= moves ? REAL_CHANGES.dataCentre : random.of(regions);
        const denied = random.chance(0.001) ? random.int(1, 3) : 0;
        const address = `${network}.${10 + random.int(0, hosts - 1)}`;
        const at = midnightMs(day) + minute * MINUTE_MS + random.int(0, 29 * MINUTE_MS);
        all.push(traffic(at, address, program(day), requests, { denied }));
      }
      return inOrder(all);
    },
  };
}

/** Jobs in bursts, many at once, more before a release; on runners of one's own, or of a cloud with many networks. */
export function integration(random: Random): SimulatedKey {
  const isCloud = random.chance(0.5);
  const pool = Array.from(
    { length: 400 },
    () => `20.${random.int(36, 66)}.${random.int(0, 255)}.${random.int(1, 254)}`,
  );
  const own = '141.95.33.7';
  const jobsPerDay = random.int(3, 25);
  const size = random.logNormal(40, 0.5);
  const releasePhase = random.int(0, 13);
  const isLimited = random.chance(0.2);
  const program = versioned('instavm-cli', random, 10);
  return {
    kind: isCloud ? 'integration in a cloud' : 'integration',
    environment: 'testing',
    day(day) {
      const isBusy = isWorkday(day);
      const times = (day + releasePhase) % 14 === 10 ? 3 : 1;
      const jobs = isBusy ? Math.round(jobsPerDay * times * (0.5 + random.next())) : random.int(0, 2);
      const all: Traffic[] = [];
      for (let job = 0; job < jobs; job++) {
        const at = midnightMs(day) + random.int(7 * 60, 20 * 60) * MINUTE_MS;
        const isMatrix = random.chance(0.2);
        const isBroken = random.chance(0.01);
        for (let part = 0; part < (isMatrix ? random.int(2, 6) : 1); part++) {
          const requests = random.logNormal(size, 0.7);
          all.push(
            traffic(at + part * 20_000, isCloud ? random.of(pool) : own, program(day), requests, {
              limited: isLimited && requests > 1.5 * size ? requests >> 2 : 0,
              denied: isBroken ? random.int(1, 5) : 0,
            }),
          );
        }
      }
      return inOrder(all);
    },
  };
}

/** At a fixed time of the night, the week or the month: by local time, which jumps by an hour in the spring. */
export function timer(random: Random): SimulatedKey {
  const rhythm = random.of(['daily', 'daily', 'weekly', 'monthly']);
  const size = random.logNormal(120, 0.6);
  const address = `${random.of(DATA_CENTRES)}.${random.int(100, 120)}`;
  const program = versioned('curl', random, 30);
  const hour = random.int(0, 5);
  return {
    kind: `${rhythm} timer`,
    environment: 'production',
    day(day) {
      const isDue =
        rhythm === 'daily' ||
        (rhythm === 'weekly' && weekdayOf(day) === 6) ||
        (rhythm === 'monthly' && day % 30 === 3);
      if (!isDue) return [];
      const at = midnightMs(day) + hour * HOUR_MS + random.int(0, 59_000);
      return [traffic(at, address, program(day), random.logNormal(size, 0.2))];
    },
  };
}
