import { randomBytes } from 'node:crypto';
import prefixed from 'prefixed-api-key';
import { seed } from './keys.mjs';

/** The package has no store; a Map by its short token is the fastest there is. */
export async function prefixedApiKey(count) {
  const hashes = new Map();
  const sample = seed(count, (text) => {
    const shortToken = randomBytes(6).toString('hex');
    hashes.set(shortToken, prefixed.hashLongToken(text));
    return `bench_${shortToken}_${text}`;
  });
  return {
    name: 'prefixed-api-key 1.1.1',
    setting: 'hashes in a Map by short token',
    sample,
    check(token) {
      const hash = hashes.get(prefixed.extractShortToken(token));
      return hash !== undefined && prefixed.checkAPIKey(token, hash);
    },
    close() {},
  };
}
