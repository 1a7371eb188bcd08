import { createHash, randomBytes } from 'node:crypto';

/** How many keys the load takes turns with. */
const SAMPLE = 1000;

/**
 * Random keys as long as ours, of which a sample is kept whole.
 * @param {number} count
 * @param {(text: string, index: number) => string | void} store gives the text that a client sends, where it is another
 * @returns {string[]} the sample
 */
export function seed(count, store) {
  const sample = [];
  const every = Math.ceil(count / SAMPLE);
  for (let index = 0; index < count; index++) {
    const text = randomBytes(46).toString('base64url').slice(0, 61).replaceAll(/[-_]/g, '0');
    const sent = store(text, index) ?? text;
    if (index % every === 0) sample.push(sent);
  }
  return sample;
}

export const sha256 = (text, encoding) => createHash('sha256').update(text).digest(encoding);
