/** The little of POSIX tar (ustar) that a backup needs: plain files, so that `tar -xf` opens it too. */

export const BLOCK_BYTES = 512;

export interface TarEntry {
  name: string;
  bytes: number;
}

const NAME_BYTES = 100;
/** Eleven octal digits: 8 GiB. Larger sizes are written in binary, as GNU tar does. */
const OCTAL_SIZE_MAX = 0o77777777777;
const SIZE_AT = 124;
const CHECKSUM_AT = 148;

export function tarHeader({ name, bytes }: TarEntry, modifiedAtSeconds: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  block.write(name, 0, NAME_BYTES, 'utf8');
  octal(0o600, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  if (bytes <= OCTAL_SIZE_MAX) octal(bytes, SIZE_AT, 11);
  else {
    block[SIZE_AT] = 0x80;
    block.writeBigUInt64BE(BigInt(bytes), SIZE_AT + 4);
  }
  octal(modifiedAtSeconds, 136, 11);
  block.write('0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  return block;
}

/** Null for a block of zeros, which ends an archive. Throws when it is no header of a plain file. */
export function readTarHeader(block: Buffer): TarEntry | null {
  if (block.every((byte) => byte === 0)) return null;
  const stored = Number.parseInt(block.toString('latin1', CHECKSUM_AT, CHECKSUM_AT + 8), 8);
  if (stored !== checksumOf(block)) throw new Error('a header of the archive is damaged');
  const type = block.toString('latin1', 156, 157);
  if (type !== '0' && type !== '\0') throw new Error('the archive holds something else than plain files');
  const end = block.indexOf(0);
  const name = block.toString('utf8', 0, Math.min(end, NAME_BYTES));
  const bytes =
    block[SIZE_AT] === 0x80
      ? Number(block.readBigUInt64BE(SIZE_AT + 4))
      : Number.parseInt(block.toString('latin1', SIZE_AT, SIZE_AT + 11), 8);
  if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Error('a header of the archive is damaged');
  return { name, bytes };
}

/** What follows a file of this size up to the next block. */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The sum of all bytes, its own eight counted as blanks. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK_BYTES; i++) {
    if (i < CHECKSUM_AT || i >= CHECKSUM_AT + 8) sum += block[i]!;
  }
  return sum;
}
