import type { Bench } from '../bench.ts';
import { type Figure, figure, median } from '../figures.ts';
import { runForJson, serverCommand, startHelper } from '../process.ts';
import { alternate } from '../rounds.ts';
import { withFolder } from './folder.ts';

const KEYS = 1_000_000;
const nodeArgs = serverCommand.slice(0, -1);

interface Loaded {
  ms: number;
  bytes: number;
  rss: number;
}

/** A million keys: time to the first answer, and memory for each. */
export async function millionFigures({ peers, rounds, isQuick, say }: Bench): Promise<Figure[]> {
  const keys = isQuick ? KEYS / 10 : KEYS;
  return withFolder(1, (single) =>
    withFolder(keys, async (many) => {
      say(`start with ${keys} keys`);
      const open = (dataDir: string) => () =>
        runForJson<Loaded>('packages/server/bench/load.ts', [dataDir], [...nodeArgs, '--expose-gc']);
      const measured = await alternate(Math.min(rounds, 3), {
        single: open(single.dataDir),
        many: open(many.dataDir),
      });
      const starts: number[] = [];
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        const args = [many.dataDir, many.keysFile, 'checked'];
        const server = await startHelper('packages/server/bench/server.ts', args, { nodeArgs });
        starts.push(server.startMs);
        await server.stop();
      }
      const redis = await peers.start('redisGet', keys);
      const perRedisKey =
        redis && (await redis.ask<{ bytes_per_key: number }>({ round: 'memory' })).bytes_per_key;
      await redis?.stop();

      const of = (name: 'single' | 'many', field: keyof Loaded) =>
        median(measured[name].map((one) => one[field]));
      const above = (field: 'bytes' | 'rss') => (of('many', field) - of('single', field)) / keys;
      return [
        figure(`${keys} keys: index filled`, of('many', 'ms') / 1000, 's', { at: 'most', bound: 3 }),
        figure(`${keys} keys: process started to listening`, median(starts) / 1000, 's', {
          at: 'most',
          bound: 3,
        }),
        figure('memory a key, heap and buffers', above('bytes'), 'bytes', { at: 'most', bound: 400 }),
        figure('memory a key, resident', above('rss'), 'bytes', { at: 'most', bound: 400 }),
        ...(redis
          ? [
              figure('memory a key, heap and buffers', above('bytes'), 'bytes', null, {
                name: redis.title,
                value: perRedisKey!,
              }),
            ]
          : []),
      ];
    }),
  );
}
