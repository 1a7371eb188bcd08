import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** So much of a secret is enough to be worth hiding: 12 characters of base62 are 71 bits. */
const PART_LENGTH = 12;

/**
 * Every way in which a part of a secret can stand in bytes: as it is, percent-encoded, in hexadecimal, in base64 at
 * any of its three offsets, as UTF-16 and as a list of numbers.
 */
export function writingsOf(secret: string): Buffer[] {
  const parts = [secret.slice(0, PART_LENGTH), secret.slice(-PART_LENGTH)];
  return parts.flatMap((part) => {
    const bytes = Buffer.from(part);
    const base64 = [0, 1, 2].map((offset) => {
      const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
      // The first and the last group also hold what stands beside it.
      return text.slice(offset === 0 ? 0 : 4, -4);
    });
    return [
      part,
      [...part].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      [...bytes].join(','),
      ...base64,
    ]
      .map((text) => Buffer.from(text))
      .concat(Buffer.from(part, 'utf16le'));
  });
}

/** Whether any of it can be read out of text or bytes. */
export function holds(content: string | Buffer, writings: Buffer[]): boolean {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return writings.some((writing) => bytes.includes(writing));
}

/** Files below a folder out of which any of it can be read. */
export function filesWith(folder: string, writings: Buffer[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => holds(readFileSync(file), writings));
}
