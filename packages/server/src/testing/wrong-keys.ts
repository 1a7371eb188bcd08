import { randomBytes } from 'node:crypto';
import { ALPHABET, checksum, mintKey, mintSecret } from '@instavm/keyformat';
import { scopeSets } from '../auth/effective-permissions.ts';
import { peppersFrom } from '../auth/pepper.ts';
import { KeyIndex } from '../keys/key-index.ts';
import { TokenIndex } from '../keys/token-index.ts';
import { activeOwner, indexedKey } from './indexed-key.ts';

/** An index of so many keys as a server has it, and their texts. */
export function indexOfKeys(count: number) {
  const index = new KeyIndex();
  const peppers = peppersFrom(new Map([[1, randomBytes(32)]]));
  const shared = { owner: activeOwner(), scopeSet: scopeSets()('["full"]') };
  const texts = Array.from({ length: count }, (_, at) => {
    const text = mintKey(randomBytes);
    const { slot: _slot, ...key } = indexedKey({ ...shared, id: at + 1 });
    index.put(text.slice(11, 23), key, peppers.digest(1, text)!);
    return text;
  });
  return { index, tokens: new TokenIndex(), peppers, texts };
}

/** An index of so many tokens of machines, no keys, and their texts. */
export function indexOfTokens(count: number) {
  const tokens = new TokenIndex();
  const peppers = peppersFrom(new Map([[1, randomBytes(32)]]));
  const shared = { owner: activeOwner(), scopeSet: scopeSets()('["self:read"]', 'sandbox_token') };
  const texts = Array.from({ length: count }, (_, at) => {
    const text = mintToken();
    const { slot: _slot, ...key } = indexedKey({ ...shared, id: at + 1, vmId: `vm_${at}` });
    tokens.put(text.slice(11, 23), key, peppers.digest(1, text)!);
    return text;
  });
  return { index: new KeyIndex(), tokens, peppers, texts };
}

export const mintToken = () => mintSecret('sandbox_token', randomBytes);

/** As a request brings it: one flat string that nothing has looked at before. */
const asSent = (text: string) => Buffer.from(text, 'latin1').toString('latin1');

function sealed(body: string): string {
  return asSent(body + checksum(body));
}

/** The key with another character at this place, its checksum right. */
function changedAt(text: string, place: number): string {
  let letter = text[place]!;
  while (letter === text[place]) letter = ALPHABET[randomBytes(1)[0]! % 62]!;
  return sealed(text.slice(0, place) + letter + text.slice(place + 1, 55));
}

/** Two kinds each of wrong keys that nobody may be able to tell apart by the time that their refusal takes. */
export function wrongPairs(texts: string[], mint = () => mintKey(randomBytes)) {
  const any = () => texts[Math.floor(Math.random() * texts.length)]!;
  const fresh = mint;
  const wrongSecret = () => sealed(any().slice(0, 23) + fresh().slice(23, 55));
  return {
    'an unknown id, a wrong secret': [() => asSent(fresh()), wrongSecret],
    'an unknown id with a right secret, a known one with a wrong secret': [
      () => sealed(fresh().slice(0, 23) + any().slice(23, 55)),
      wrongSecret,
    ],
    'the first character of a secret wrong, the last one wrong': [
      () => changedAt(any(), 23),
      () => changedAt(any(), 54),
    ],
    'control: the same kind twice': [wrongSecret, wrongSecret],
  } satisfies Record<string, readonly [() => string, () => string]>;
}
