import type { AnomalyKind } from '@instavm/contract';
import { hasHistory } from '../../src/anomalies/profile.ts';
import { DAY_MS, HOUR_MS, midnightMs } from './calendar.ts';
import { Random } from './random.ts';
import { type Watched, watchedKeys, watcher } from './run.ts';
import { inOrder, type Traffic, traffic } from './traffic.ts';

const MINUTE_MS = 60_000;

/** A Tuesday in the second month: attacks begin on it, while the key's owner goes on. */
const DAY = 50;

/** A key as an attacker finds it. */
interface Victim extends Watched {
  /** What its owner does on the day. */
  normal: Traffic[];
  last: Traffic;
  highest: number;
}

interface Attack {
  name: string;
  /** One of these is found. */
  kinds: readonly AnomalyKind[];
  /** Keys of which something can be found at all, as docs/anomalies.md says. */
  isPossible(victim: Victim): boolean;
  begin(victim: Victim, random: Random): Traffic[];
  /** It is known that not all of these are found. */
  isUnsure?: true;
}

const isOneOf = (kinds: string[]) => (victim: Victim) => kinds.includes(victim.simulated.kind);
const isManyPlaces = isOneOf(['integration in a cloud', 'service in two regions']);
const nightOf = (day: number) => midnightMs(day) + 3 * HOUR_MS;
const hostOf = (random: Random) =>
  `${random.of([185, 188, 193, 212])}.${random.int(1, 250)}.${random.int(0, 255)}.9`;

function everyMinutes(from: number, times: number, gap: number, make: (atMs: number) => Traffic): Traffic[] {
  return Array.from({ length: times }, (_, n) => make(from + n * gap * MINUTE_MS));
}

export const ATTACKS: readonly Attack[] = [
  {
    name: 'a stolen key, from another network by another program',
    kinds: ['new_place', 'new_client'],
    isPossible: () => true,
    begin(_victim, random) {
      const [address, program] = [
        hostOf(random),
        random.of(['Go-http-client/1.1', 'python-httpx/0.27', 'axios/1.7']),
      ];
      return everyMinutes(nightOf(DAY), 20, 1, (at) => traffic(at, address, program, 2));
    },
  },
  {
    name: 'a stolen key, from another network by the same program',
    kinds: ['new_place', 'two_places'],
    isUnsure: true,
    isPossible: (victim) => !isManyPlaces(victim),
    begin(victim, random) {
      const address = hostOf(random);
      return everyMinutes(nightOf(DAY), 20, 1, (at) => traffic(at, address, victim.last.userAgent, 2));
    },
  },
  {
    name: 'ten times its highest rate, from its own place by its own program',
    kinds: ['rate'],
    isPossible: () => true,
    begin({ last, highest }) {
      const requests = Math.ceil(Math.max(1200, 10 * highest) / 4);
      return everyMinutes(nightOf(DAY), 4, 1, (at) => traffic(at, last.address, last.userAgent, requests));
    },
  },
  {
    name: 'used again after 60 days, from its own place by its own program',
    kinds: ['awake'],
    isPossible: ({ profile }) => profile.longestGapMs < 20 * DAY_MS,
    begin: ({ last }) => [traffic(last.atMs + 60 * DAY_MS, last.address, last.userAgent, 3)],
  },
  {
    name: '200 requests that are refused, within 10 minutes',
    kinds: ['refusals'],
    isPossible: () => true,
    begin: ({ last }) =>
      everyMinutes(nightOf(DAY), 20, 0.5, (at) =>
        traffic(at, last.address, last.userAgent, 10, { denied: 10 }),
      ),
  },
  {
    name: 'used elsewhere while its owner uses it where they often are, by the same program',
    kinds: ['two_places'],
    isPossible: (victim) => !isManyPlaces(victim) && busiest(victim) !== null,
    begin(victim, random) {
      const address = hostOf(random);
      const from = busiest(victim)!;
      return everyMinutes(from, 60, 1, (at) => traffic(at, address, victim.last.userAgent, 2));
    },
  },
  {
    name: 'a key of development in the networks of production',
    kinds: ['wrong_environment'],
    isPossible: ({ simulated }) => simulated.environment === 'development',
    begin: ({ last }) =>
      everyMinutes(nightOf(DAY), 5, 1, (at) => traffic(at, '203.0.113.44', last.userAgent, 2)),
  },
  {
    name: "a key of production outside production's networks, at a colleague's home",
    kinds: ['wrong_environment'],
    isPossible: ({ simulated }) => simulated.environment === 'production',
    begin: ({ last }) =>
      everyMinutes(nightOf(DAY), 5, 1, (at) => traffic(at, '91.10.44.7', last.userAgent, 2)),
  },
];

/**
 * When the owner uses the key four times within 20 minutes, some minutes after one another, by IPv4 as the attacker,
 * from a network of at least three days before.
 */
function busiest({ normal, profile }: Victim): number | null {
  const usual = profile.places.filter(({ days }) => days >= 3).map(({ id }) => id.replace('.0/24', '.'));
  const uses: Traffic[] = [];
  for (const one of normal.filter(({ address }) => usual.some((network) => address.startsWith(network)))) {
    if (one.atMs - (uses.at(-1)?.atMs ?? 0) > 2 * MINUTE_MS) uses.push(one);
  }
  const first = uses.find((one, n) => n + 3 < uses.length && uses[n + 3]!.atMs - one.atMs <= 20 * MINUTE_MS);
  return first?.atMs ?? null;
}

export interface AttackResult {
  name: string;
  tried: number;
  found: number;
  /** Kinds of keys of which it was not found. */
  missed: string[];
  /** All of them are to be found. */
  isSure: boolean;
}

/** Each attack on each key of which it can be found, alone: what the others were attacked with is not known of. */
export function attackedKeys(seed: number): AttackResult[] {
  const see = watcher();
  const random = new Random(seed + 1_000_000);
  const keys = watchedKeys(seed).map((key) => ({ ...key, last: null as Traffic | null, highest: 0 }));
  for (let day = 0; day < DAY; day++) {
    for (const key of keys) {
      for (const one of key.simulated.day(day)) {
        key.profile = see(key.profile, key, one).profile;
        key.highest = Math.max(key.highest, key.profile.requests.count);
        key.last = one;
      }
    }
  }
  const victims = keys
    .filter(({ profile, last }) => last !== null && hasHistory(profile, midnightMs(DAY)))
    .map((key) => ({ ...key, last: key.last!, normal: key.simulated.day(DAY) }));
  return ATTACKS.map((attack) => {
    const result: AttackResult = {
      name: attack.name,
      tried: 0,
      found: 0,
      missed: [],
      isSure: !attack.isUnsure,
    };
    for (const victim of victims.filter(attack.isPossible)) {
      const begun = attack.begin(victim, random);
      const isFound = isSeen(
        see,
        victim,
        inOrder([...normalBeside(victim, begun), ...begun]),
        begun[0]!.atMs,
        attack,
      );
      result.tried++;
      if (isFound) result.found++;
      else result.missed.push(victim.simulated.kind);
    }
    return result;
  });
}

/** The owner's own use, as long as the attack is on the same day: who sleeps for 60 days does not use it. */
function normalBeside({ normal }: Victim, begun: Traffic[]): Traffic[] {
  return begun[0]!.atMs > midnightMs(DAY + 1) ? [] : normal;
}

function isSeen(
  see: ReturnType<typeof watcher>,
  victim: Victim,
  all: Traffic[],
  fromMs: number,
  { kinds }: Attack,
): boolean {
  let profile = victim.profile;
  for (const one of all) {
    const seen = see(profile, victim, one, { isTrial: true });
    profile = seen.profile;
    if (one.atMs >= fromMs && seen.findings.some(({ kind }) => kinds.includes(kind))) return true;
  }
  return false;
}
