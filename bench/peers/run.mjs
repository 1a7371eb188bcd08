// One peer in a process of its own. Arguments: its name here and how many keys. Sends what it is, then answers
// messages of its parent, and ends when the parent lets go.
import { checkRound, createRound, decideRound } from './rounds.mjs';
import { serve } from './serve.mjs';

const files = {
  betterAuthFile: './better-auth.mjs',
  betterAuthMap: './better-auth.mjs',
  betterAuthMemory: './better-auth.mjs',
  bearerAuth: './bearer-auth.mjs',
  none: './none.mjs',
  oidcProvider: './oidc-provider.mjs',
  prefixedApiKey: './prefixed-api-key.mjs',
  rateLimiterMemory: './rate-limiter-flexible.mjs',
  redisGet: './redis.mjs',
};
const [name, count] = process.argv.slice(2);
const peer = await (await import(files[name]))[name](Number(count));
const server = await serve(peer);
const rounds = {
  check: ({ checks }) => checkRound(peer, checks),
  decide: ({ checks }) => decideRound(peer, checks),
  create: ({ keys, inFlight }) => createRound(peer, keys, inFlight),
  memory: async () => ({ bytes_per_key: await peer.bytesPerKey() }),
};
process.on('message', async (message) => process.send(await rounds[message.round](message)));
process.on('disconnect', async () => {
  await server.close();
  await peer.close();
  process.exit(0);
});
process.send({
  version: peer.name,
  setting: peer.setting,
  port: server.port,
  keys: peer.sample,
  isBearer: Boolean(peer.plugin),
});
