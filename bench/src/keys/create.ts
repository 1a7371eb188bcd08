import type { Bench } from '../bench.ts';
import { type Figure, figure, median, pairedFigure } from '../figures.ts';
import { load } from '../load.ts';
import { startHelper } from '../process.ts';
import { rawRequest } from '../raw-connection.ts';
import { alternate } from '../rounds.ts';
import { withFolder } from './folder.ts';

const IN_FLIGHT = [1, 32, 64];
const WRITES = 300;
/** An account has at most 1,000 live keys unless its operator says otherwise, so many accounts make them. */
const OWNERS = 64;

interface Rate {
  per_second: number;
}

/** Creation of keys: acknowledged means on the disk, row, feed and audit in one transaction. */
export async function createFigures({ peers, rounds, isQuick, say }: Bench): Promise<Figure[]> {
  const keys = isQuick ? 500 : 2000;
  const seconds = isQuick ? 1 : 3;
  return withFolder(
    OWNERS,
    async (alone) =>
      withFolder(
        OWNERS,
        async (served) => {
          say('creation of keys');
          const ring = await startHelper('packages/server/bench/create.ts', [alone.dataDir]);
          const server = await startHelper<{ port: number }>('packages/server/bench/server.ts', [
            served.dataDir,
            served.keysFile,
            'checked',
          ]);
          const peer = await peers.start('betterAuthFile', 1);
          const create = (inFlight: number) => () => ring.ask<Rate>({ round: 'create', keys, inFlight });
          const post = (connections: number) => () =>
            load({
              port: server.ready.port,
              pid: server.pid,
              connections,
              seconds,
              expected: 201,
              requests: served.keys.map((key) =>
                rawRequest('POST', '/v1/api-keys/', { 'x-api-key': key }, '{}'),
              ),
            });
          const measured = await alternate<string, Rate>(rounds, {
            fsync: () => ring.ask<Rate>({ round: 'fsync', writes: WRITES }),
            sqlite: () => ring.ask<Rate>({ round: 'sqlite', rows: WRITES }),
            ...Object.fromEntries(IN_FLIGHT.map((n) => [`ring ${n}`, create(n)])),
            ...Object.fromEntries(IN_FLIGHT.map((n) => [`http ${n}`, post(n)])),
            ...(peer && { peer: () => peer.ask<Rate>({ round: 'create', keys: WRITES, inFlight: 32 }) }),
          });
          for (const helper of [ring, server, ...(peer ? [peer] : [])]) await helper.stop();

          const of = (name: string) => measured[name]!.map(({ per_second }) => per_second);
          const target = (inFlight: number) =>
            inFlight === 1 ? null : { at: 'least' as const, bound: 2000 };
          return [
            figure('floor: 4 KiB appended and fdatasync', median(of('fsync')), '/s', null),
            figure('floor: SQLite, one small row a commit', median(of('sqlite')), '/s', null),
            ...IN_FLIGHT.map((n) =>
              figure(`keys created, ${n} in flight`, median(of(`ring ${n}`)), '/s', target(n)),
            ),
            ...IN_FLIGHT.map((n) =>
              figure(`keys created over HTTP, ${n} connections`, median(of(`http ${n}`)), '/s', null),
            ),
            ...(peer
              ? [
                  pairedFigure(
                    'keys created, 32 in flight',
                    of('ring 32'),
                    '/s',
                    { at: 'least', bound: 1 },
                    {
                      name: peer.title,
                      values: of('peer'),
                    },
                  ),
                ]
              : []),
          ];
        },
        OWNERS,
      ),
    OWNERS,
  );
}
