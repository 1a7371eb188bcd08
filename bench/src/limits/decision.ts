import type { Bench } from '../bench.ts';
import { type Figure, figure, median, pairedFigure } from '../figures.ts';
import { withFolder } from '../keys/folder.ts';
import { startHelper } from '../process.ts';
import { alternate } from '../rounds.ts';

const KEYS = 100_000;
const DECISIONS = { ours: 500_000, peer: 200_000 };

/** What a decision costs in process: with one limit, with every limit there is, and one that refuses. */
export async function decisionFigures({ peers, rounds, say }: Bench): Promise<Figure[]> {
  return withFolder(KEYS, async ({ dataDir, keysFile }) => {
    say(`decisions of limits, ${KEYS} keys`);
    const ours = await startHelper('packages/server/bench/limits.ts', [dataDir, keysFile]);
    const peer = await peers.start('rateLimiterMemory', KEYS);
    const decide = (kind: string) => () =>
      ours.ask<{ cpu_us: number }>({ round: 'decide', kind, checks: DECISIONS.ours });
    const measured = await alternate<string, { cpu_us: number }>(rounds, {
      ...Object.fromEntries(['one', 'all', 'refused', 'none'].map((kind) => [kind, decide(kind)])),
      ...(peer && {
        peer: () => peer.ask<{ cpu_us: number }>({ round: 'decide', checks: DECISIONS.peer }),
      }),
    });
    await ours.stop();
    await peer?.stop();

    const of = (name: string) => measured[name]!.map(({ cpu_us }) => cpu_us);
    const name = `decision of a limit, ${KEYS} keys`;
    const ofOne = figure(name, median(of('one')), 'us', { at: 'most', bound: 0.5 });
    return [
      ofOne,
      ...(peer
        ? [
            pairedFigure(
              name,
              of('one'),
              'us',
              { at: 'most', bound: 1 },
              { name: peer.title, values: of('peer') },
            ),
          ]
        : []),
      figure('decision of four rates and two bounds at once', median(of('all')), 'us', null),
      figure('decision that refuses', median(of('refused')), 'us', null),
      figure('decision where no limit is in force', median(of('none')), 'us', null),
    ];
  });
}
