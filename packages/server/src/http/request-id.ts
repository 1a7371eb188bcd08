const ID_BYTES = 9;
const IDS_AT_ONCE = 256;

/** Ids of requests that nobody guesses. Chance is drawn for many at once: a draw costs more than all the rest of one. */
export function requestIds(randomBytes: (size: number) => Uint8Array): () => string {
  let chance = Buffer.alloc(0);
  let next = 0;
  return () => {
    if (next === chance.length) {
      chance = Buffer.from(randomBytes(ID_BYTES * IDS_AT_ONCE));
      next = 0;
    }
    next += ID_BYTES;
    return `req_${chance.toString('base64url', next - ID_BYTES, next)}`;
  };
}
