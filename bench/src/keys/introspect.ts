import type { Bench } from '../bench.ts';
import { type Figure, figure, median, pairedFigure } from '../figures.ts';
import { startHelper } from '../process.ts';
import { alternate } from '../rounds.ts';
import { withFolder } from './folder.ts';

const KEYS = 100_000;
const CALLS = 5000;

/** Introspection through the whole server but its socket, beside a provider of OpenID Connect called the same way. */
export async function introspectFigures({ peers, rounds, say }: Bench): Promise<Figure[]> {
  return withFolder(KEYS, async ({ dataDir, keysFile }) => {
    say('introspection');
    const ours = await startHelper('packages/server/bench/server.ts', [dataDir, keysFile, 'checked']);
    const peer = await peers.start('oidcProvider', 1);
    const measured = await alternate<string, { p50_us: number }>(rounds, {
      ours: () => ours.ask({ round: 'introspect', calls: CALLS }),
      handler: () => ours.ask({ round: 'introspectHandler', calls: CALLS }),
      ...(peer && { peer: () => peer.ask({ round: 'check', checks: CALLS }) }),
    });
    for (const helper of [ours, ...(peer ? [peer] : [])]) await helper.stop();
    const of = (name: string) => measured[name]!.map(({ p50_us }) => p50_us);
    const name = 'introspection, whole server but its socket, p50';
    return [
      figure('introspection, its handler in process, p50', median(of('handler')), 'us', {
        at: 'most',
        bound: 100,
      }),
      figure(name, median(of('ours')), 'us', null),
      ...(peer
        ? [
            pairedFigure(
              name,
              of('ours'),
              'us',
              { at: 'most', bound: 1 },
              { name: peer.title, values: of('peer') },
            ),
          ]
        : []),
    ];
  });
}
