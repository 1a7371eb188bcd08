import { Redis } from 'ioredis';
import { seed, sha256 } from './keys.mjs';

/** A shared store as hosted sandboxes use it: the hash of the key is the name, one GET for each request. */
export async function redisGet(count) {
  const redis = new Redis(process.env.INSTAVM_BENCH_REDIS);
  await redis.flushall();
  let batch = redis.pipeline();
  const batches = [];
  const sample = seed(count, (text, index) => {
    batch.set(`key:${sha256(text, 'hex')}`, JSON.stringify({ id: index, account_id: 1 }));
    if (batch.length < 10_000) return;
    batches.push(batch);
    batch = redis.pipeline();
  });
  for (const one of [...batches, batch]) await one.exec();
  const version = /redis_version:(\S+)/.exec(await redis.info('server'))[1];
  return {
    name: `SHA-256 and Redis ${version} GET, ioredis 6.0.0`,
    setting: 'Unix socket, no persistence',
    sample,
    check: async (key) => (await redis.get(`key:${sha256(key, 'hex')}`)) !== null,
    async bytesPerKey() {
      const used = /used_memory_dataset:(\d+)/.exec(await redis.info('memory'))[1];
      return Number(used) / count;
    },
    close: () => redis.disconnect(),
  };
}
