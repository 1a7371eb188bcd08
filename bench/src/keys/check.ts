import type { Bench } from '../bench.ts';
import { type Figure, figure, median, pairedFigure } from '../figures.ts';
import type { PeerName } from '../peers.ts';
import { startHelper } from '../process.ts';
import { alternate } from '../rounds.ts';
import { withFolder } from './folder.ts';

const KEYS = 100_000;
const PEERS: PeerName[] = ['betterAuthMemory', 'betterAuthMap', 'prefixedApiKey', 'redisGet'];
const CHECKS = { ours: 50_000, peers: 2000 };

interface Round {
  cpu_us: number;
  p50_us: number;
  p99_us: number;
}

/** The check of a key without HTTP, in one process each, out of 100,000 keys. */
export async function checkFigures({ peers, rounds, say }: Bench): Promise<Figure[]> {
  return withFolder(KEYS, async ({ dataDir, keysFile }) => {
    say(`check of a key, ${KEYS} keys`);
    const ours = await startHelper('packages/server/bench/check.ts', [dataDir, keysFile]);
    const others = await peers.startAll(PEERS, KEYS);
    const check = (kind: string) => () => ours.ask<Round>({ round: 'check', kind, checks: CHECKS.ours });
    const kinds = ['good', 'garbage', 'checksum', 'unknown', 'wrong'];
    const measured = await alternate<string, Round>(rounds, {
      ...Object.fromEntries(kinds.map((kind) => [kind, check(kind)])),
      ...Object.fromEntries(
        others.map((peer) => [peer.name, () => peer.ask<Round>({ round: 'check', checks: CHECKS.peers })]),
      ),
    });
    for (const helper of [ours, ...others]) await helper.stop();

    const of = (name: string, field: keyof Round) => measured[name]!.map((round) => round[field]);
    const name = `check of a key, ${KEYS} keys`;
    return [
      figure(`${name}, processor time`, median(of('good', 'cpu_us')), 'us', { at: 'most', bound: 10 }),
      ...others.flatMap((peer) =>
        (
          [
            ['processor time', 'cpu_us'],
            ['p50', 'p50_us'],
            ['p99', 'p99_us'],
          ] as const
        ).map(([what, field]) =>
          pairedFigure(
            `${name}, ${what}`,
            of('good', field),
            'us',
            { at: 'most', bound: 1 },
            {
              name: peer.title,
              values: of(peer.name, field),
            },
          ),
        ),
      ),
      figure('garbage refused', median(of('garbage', 'cpu_us')), 'us', { at: 'most', bound: 1 }),
      figure('wrong checksum refused', median(of('checksum', 'cpu_us')), 'us', { at: 'most', bound: 1 }),
      pairedFigure('unknown id refused', of('unknown', 'cpu_us'), 'us', null, {
        name: 'wrong secret',
        values: of('wrong', 'cpu_us'),
      }),
    ];
  });
}
