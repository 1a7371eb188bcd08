/** 128 random bits in hex. `crypto.randomUUID` is missing on a box reached over plain http; this is not. */
export function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
