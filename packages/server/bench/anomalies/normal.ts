import { LEARNED_DAYS } from './calendar.ts';
import { integration, service, timer } from './machines.ts';
import { mobilePerson, person, rareKey } from './people.ts';
import { Random } from './random.ts';
import type { SimulatedKey } from './traffic.ts';

/**
 * 200 keys as a company has them; 10 of them are of people who begin in the second month. `officeMovesOn` is the day
 * on which the office gets another provider.
 */
export function normalKeys(seed: number, changes: { officeMovesOn?: number } = {}): SimulatedKey[] {
  const random = new Random(seed);
  const each = (count: number, make: (one: Random, n: number) => SimulatedKey) =>
    Array.from({ length: count }, (_, n) => make(new Random(random.int(0, 1e9)), n));
  return [
    ...each(55, (one) => person(one, changes)),
    ...each(10, (one, n) => person(one, { ...changes, startsOn: LEARNED_DAYS + 2 * n })),
    ...each(60, service),
    ...each(35, integration),
    ...each(20, timer),
    ...each(10, mobilePerson),
    ...each(10, rareKey),
  ];
}
