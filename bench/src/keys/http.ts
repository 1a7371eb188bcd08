import type { Bench } from '../bench.ts';
import { type Figure, figure, median, pairedFigure } from '../figures.ts';
import { type LoadResult, load } from '../load.ts';
import type { PeerName, RunningPeer } from '../peers.ts';
import { type Helper, startHelper } from '../process.ts';
import { rawRequest } from '../raw-connection.ts';
import { alternate } from '../rounds.ts';
import { type Folder, withFolder } from './folder.ts';

const KEYS = 100_000;
const CONNECTIONS = 32;
const PEERS: PeerName[] = ['none', 'betterAuthMemory', 'betterAuthMap', 'prefixedApiKey', 'redisGet'];
/** It compares with every key, so how many there are is its own measure. */
const BEARER_KEYS = [1, 1000, 10_000, 100_000];

interface Serving {
  port: number;
  keys: string[];
}

/** Requests a second over HTTP: our server beside itself without the check, and our check beside the peers'. */
export async function httpFigures({ peers, rounds, isQuick, say }: Bench): Promise<Figure[]> {
  const seconds = isQuick ? 1 : 1.5;
  const httpRounds = isQuick ? rounds : 2 * rounds;
  return withFolder(1, (single) =>
    withFolder(KEYS, async (many) => {
      say('starting the servers');
      const [open, checked, one] = [
        await startServer(many, 'open'),
        await startServer(many, 'checked'),
        await startServer(single, 'checked'),
      ];
      const small = await startHelper<Serving>('packages/server/bench/check.ts', [
        many.dataDir,
        many.keysFile,
      ]);
      const others = await peers.startAll(PEERS, KEYS);
      for (const keys of BEARER_KEYS) {
        const peer = await peers.start(
          'bearerAuth',
          keys,
          `bearer-auth, ${keys} ${keys === 1 ? 'key' : 'keys'}`,
        );
        if (peer) others.push(peer);
      }
      const ask = (server: Helper<Serving>, path: string, header = xApiKey, expected = 200) => {
        const requests = server.ready.keys.map((key) => rawRequest('GET', path, header(key)));
        const { port } = server.ready;
        return () => load({ port, pid: server.pid, connections: CONNECTIONS, seconds, requests, expected });
      };
      say(`HTTP, ${httpRounds} rounds of ${seconds} s for each of ${others.length + 5}`);
      const measured = await alternate<string, LoadResult>(httpRounds, {
        open: ask(open, '/v1/ssh-keys'),
        checked: ask(checked, '/v1/ssh-keys'),
        one: ask(one, '/v1/ssh-keys'),
        refused: ask(checked, '/v1/ssh-keys', wrongChecksum, 401),
        small: ask(small, '/'),
        ...Object.fromEntries(
          others.map((peer) => [peer.title, ask(peer, '/', peer.ready.isBearer ? bearer : xApiKey)]),
        ),
      });
      for (const helper of [open, checked, one, small, ...others]) await helper.stop();

      const of = (name: string, field: keyof LoadResult) => measured[name]!.map((round) => round[field]);
      const rate = (name: string) => of(name, 'per_second');
      const ours = { name: 'ours without the check', values: rate('open') };
      const accept = `HTTP accept, ${KEYS} keys`;
      return [
        pairedFigure(accept, rate('checked'), 'req/s', { at: 'least', bound: 0.85 }, ours),
        pairedFigure('HTTP accept, 1 key', rate('one'), 'req/s', { at: 'least', bound: 0.85 }, ours),
        pairedFigure(
          `${accept}, processor time`,
          of('checked', 'cpu_us'),
          'us',
          { at: 'most', bound: 1 / 0.85 },
          { name: ours.name, values: of('open', 'cpu_us') },
        ),
        pairedFigure(
          accept,
          rate('checked'),
          'req/s',
          { at: 'least', bound: 0.95 },
          { name: '1 key', values: rate('one') },
        ),
        pairedFigure(
          'HTTP reject',
          rate('refused'),
          'req/s',
          { at: 'least', bound: 1 },
          { name: 'accept', values: rate('checked') },
        ),
        figure('HTTP accept, p99 of 32 connections', median(of('checked', 'p99_ms')), 'ms', null),
        ...others.map((peer) =>
          pairedFigure(
            'our check in a bare server',
            rate('small'),
            'req/s',
            isPeerOfOurs(peer) ? { at: 'least', bound: 1 } : null,
            {
              name: peer.title,
              values: rate(peer.title),
            },
          ),
        ),
      ];
    }),
  );
}

/** The others check less: none or one key, or a hash without a store, limits, life or owner. */
function isPeerOfOurs({ name, ready }: RunningPeer): boolean {
  return !['none', 'prefixedApiKey'].includes(name) && !(ready.isBearer && ready.keys.length < 1000);
}

function startServer({ dataDir, keysFile }: Folder, mode: 'open' | 'checked'): Promise<Helper<Serving>> {
  return startHelper<Serving>('packages/server/bench/server.ts', [dataDir, keysFile, mode]);
}

const xApiKey = (key: string): Record<string, string> => ({ 'x-api-key': key });
const wrongChecksum = (key: string) => ({
  'x-api-key': `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
});
const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
