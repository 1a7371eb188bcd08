// The check of a key in a process of its own: alone, and as the hook of a small server with nothing else in it.
// Arguments: a data folder, and a file with its keys as JSON.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { CHECKSUM_LENGTH, checksum, KEY_PREFIX, mintKey, PUBLIC_ID_LENGTH } from '@instavm/keyformat';
import fastify from 'fastify';
import { authenticator } from '../src/auth/authenticate.ts';
import { readCredential } from '../src/auth/credential.ts';
import { openCore } from '../src/core.ts';
import { checkRound, serveRounds } from './rounds.ts';
import { type Seeded, world } from './seed.ts';

const [dataDir, keysFile] = process.argv.slice(2) as [string, string];
const { keys } = JSON.parse(readFileSync(keysFile, 'utf8')) as Seeded;
const core = await openCore(dataDir, world);
const authenticate = authenticator({ ...core, now: Date.now });

const foreign = keys.map(() => mintKey(world.randomBytes));
const wrongSecret = keys.map((key, i) => {
  const publicPart = key.slice(0, KEY_PREFIX.length + PUBLIC_ID_LENGTH);
  const text = publicPart + foreign[i]!.slice(publicPart.length, -CHECKSUM_LENGTH);
  return text + checksum(text);
});
const kinds = {
  good: { texts: keys, isAccepted: true },
  garbage: { texts: keys.map((key) => key.slice(0, 40)), isAccepted: false },
  checksum: {
    texts: keys.map((key) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`),
    isAccepted: false,
  },
  unknown: { texts: foreign, isAccepted: false },
  wrong: { texts: wrongSecret, isAccepted: false },
};

const app = fastify({ forceCloseConnections: true });
app.addHook('onRequest', (request, reply, done) => {
  const credential = readCredential(request.raw.rawHeaders);
  if (credential.kind === 'key' && authenticate(credential.text, credential.source).ok) return done();
  void reply.code(401).send({ error: 'unauthorized' });
});
app.get('/', async () => ({ ok: true }));
await app.listen({ host: '127.0.0.1', port: 0 });

serveRounds(
  {
    check({ kind, checks }: { kind: keyof typeof kinds; checks: number }) {
      const { texts, isAccepted } = kinds[kind];
      return checkRound(texts, checks, (text) => {
        if (authenticate(text, 'x-api-key').ok !== isAccepted)
          throw new Error('the check gave the wrong answer');
      });
    },
  },
  async () => {
    await app.close();
    await core.close();
  },
);
process.send!({ port: (app.server.address() as AddressInfo).port, keys });
