import type { Bench } from '../bench.ts';
import { type Figure, figure, median } from '../figures.ts';
import { startHelper } from '../process.ts';

/** The thresholds were chosen with seeds below 100. */
const FIRST_SEED = 101;
const SEEDS = 30;
const ATTACKED_SEEDS = 5;
const REQUESTS = 200_000;

interface Attacked {
  name: string;
  tried: number;
  found: number;
  isSure: boolean;
}

/**
 * What the watching of keys makes of months of normal use that are simulated, of attacks on each key in one, and what
 * it costs a request.
 */
export async function anomalyFigures({ isQuick, rounds, say }: Bench): Promise<Figure[]> {
  const helper = await startHelper('packages/server/bench/anomalies/main.ts');
  const seeds = (count: number) => Array.from({ length: isQuick ? 2 : count }, (_, n) => FIRST_SEED + n);

  say('months of normal use');
  const months: { first: number; second: number; secondFalse: number }[] = [];
  for (const seed of seeds(SEEDS))
    months.push(await helper.ask({ round: 'months', seed, officeMovesOn: null }));
  const moved: { second: number }[] = [];
  for (const seed of seeds(ATTACKED_SEEDS))
    moved.push(await helper.ask({ round: 'months', seed, officeMovesOn: 45 }));

  say('attacks');
  const attacked = new Map<string, Attacked>();
  for (const seed of seeds(ATTACKED_SEEDS)) {
    for (const one of await helper.ask<Attacked[]>({ round: 'attacks', seed })) {
      const before = attacked.get(one.name) ?? { tried: 0, found: 0 };
      attacked.set(one.name, { ...one, tried: before.tried + one.tried, found: before.found + one.found });
    }
  }

  say('the watching of requests');
  const watched: { note_us: number; all_us: number }[] = [];
  for (let round = 0; round < rounds; round++)
    watched.push(await helper.ask({ round: 'watching', requests: REQUESTS }));
  await helper.stop();

  const month = `anomalies in a month of normal use, 200 keys, ${months.length} seeds`;
  const second = months.map((one) => one.second);
  const falseAlarms = months.map(({ secondFalse }) => secondFalse);
  return [
    figure(`${month}, without those of real changes, most`, Math.max(...falseAlarms), 'anomalies', {
      at: 'most',
      bound: 3,
    }),
    figure(`${month}, without those of real changes, mean`, mean(falseAlarms), 'anomalies', null),
    figure(`${month}, most`, Math.max(...second), 'anomalies', null),
    figure(`${month}, mean`, mean(second), 'anomalies', null),
    figure(
      `${month}, before it everything is new, most`,
      Math.max(...months.map(({ first }) => first)),
      'anomalies',
      null,
    ),
    figure(
      `${month}, before it everything is new, mean`,
      mean(months.map(({ first }) => first)),
      'anomalies',
      null,
    ),
    figure(
      'anomalies in a month in which the office of 65 keys moves, most',
      Math.max(...moved.map((one) => one.second)),
      'anomalies',
      null,
    ),
    ...[...attacked.values()].map(({ name, tried, found, isSure }) =>
      figure(
        `found, of ${tried}: ${name}`,
        (100 * found) / tried,
        '%',
        isSure ? { at: 'least', bound: 100 } : null,
      ),
    ),
    figure('watching of a request, while it is served', median(watched.map((one) => one.note_us)), 'us', {
      at: 'most',
      bound: 2,
    }),
    figure('watching of a request, with the look at it', median(watched.map((one) => one.all_us)), 'us', {
      at: 'most',
      bound: 2,
    }),
  ];
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
