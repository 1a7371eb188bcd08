import fastifyBearerAuth from '@fastify/bearer-auth';
import { seed } from './keys.mjs';

/** It compares with every key in turn, so the place of a key matters: the sample is spread evenly. */
export async function bearerAuth(count) {
  const keys = [];
  const sample = seed(count, (text) => void keys.push(text));
  return {
    name: '@fastify/bearer-auth 10.1.3',
    setting: 'as it comes, keys in a Set',
    sample,
    plugin: (app) => app.register(fastifyBearerAuth, { keys: new Set(keys), verifyErrorLogLevel: false }),
    close() {},
  };
}
