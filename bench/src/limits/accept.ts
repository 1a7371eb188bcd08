import type { Bench } from '../bench.ts';
import { type Figure, pairedFigure } from '../figures.ts';
import { withFolder } from '../keys/folder.ts';
import { type LoadResult, load } from '../load.ts';
import { type Helper, startHelper } from '../process.ts';
import { rawRequest } from '../raw-connection.ts';
import { alternate } from '../rounds.ts';

const KEYS = 100_000;
const CONNECTIONS = 32;

interface Serving {
  port: number;
  keys: string[];
}

/**
 * The whole way of an accepted request, with the check of its key, limits of key and account, requests under way,
 * usage and the sampling of refusals, beside the same server where none of it is done.
 */
export async function acceptFigures({ rounds, isQuick, say }: Bench): Promise<Figure[]> {
  const seconds = isQuick ? 1 : 1.5;
  const httpRounds = isQuick ? rounds : 2 * rounds;
  return withFolder(KEYS, async ({ dataDir, keysFile }) => {
    const start = (mode: string) =>
      startHelper<Serving>('packages/server/bench/server.ts', [dataDir, keysFile, mode]);
    say('starting the servers');
    const servers = {
      bare: await start('bare'),
      checked: await start('checked'),
      limited: await start('limited'),
      exhausted: await start('exhausted'),
    };
    const ask = ({ ready, pid }: Helper<Serving>, expected: number) => {
      const requests = ready.keys.map((key) => rawRequest('GET', '/v1/ssh-keys', { 'x-api-key': key }));
      return () => load({ port: ready.port, pid, connections: CONNECTIONS, seconds, requests, expected });
    };
    await spend(servers.exhausted.ready);
    say(`HTTP, ${httpRounds} rounds of ${seconds} s for each of 4`);
    const measured = await alternate<string, LoadResult>(httpRounds, {
      bare: ask(servers.bare, 200),
      checked: ask(servers.checked, 200),
      limited: ask(servers.limited, 200),
      exhausted: ask(servers.exhausted, 429),
    });
    for (const server of Object.values(servers)) await server.stop();

    const rate = (name: string) => measured[name]!.map(({ per_second }) => per_second);
    const cpu = (name: string) => measured[name]!.map(({ cpu_us }) => cpu_us);
    const bare = 'the bare server';
    const accept = `HTTP accept with limits and usage, ${KEYS} keys`;
    return [
      pairedFigure(
        accept,
        rate('limited'),
        'req/s',
        { at: 'least', bound: 0.8 },
        { name: bare, values: rate('bare') },
      ),
      pairedFigure(
        `${accept}, processor time`,
        cpu('limited'),
        'us',
        { at: 'most', bound: 1 / 0.8 },
        { name: bare, values: cpu('bare') },
      ),
      pairedFigure(`${accept}, processor time`, cpu('limited'), 'us', null, {
        name: 'without limits',
        values: cpu('checked'),
      }),
      pairedFigure(
        'HTTP 429',
        rate('exhausted'),
        'req/s',
        { at: 'least', bound: 1 },
        { name: 'accept', values: rate('limited') },
      ),
    ];
  });
}

/** Uses up the limit of every key. */
async function spend({ port, keys }: Serving): Promise<void> {
  for (const key of keys) {
    await fetch(`http://127.0.0.1:${port}/v1/ssh-keys`, { headers: { 'x-api-key': key } });
  }
}
