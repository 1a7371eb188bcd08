import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync } from 'node:fs';
import { OperatorError } from '../operator-error.ts';
import { SUMS } from './header.ts';
import { BLOCK_BYTES, paddingOf, readTarHeader, type TarEntry } from './tar.ts';
import { CHUNK_BYTES, writeAll } from './write-archive.ts';

export interface ExpectedMember {
  name: string;
  /** Where it goes: into memory up to so many bytes, or into a new file. */
  target: { memoryBytesMax: number } | { file: string };
  isOptional?: boolean;
}

/**
 * Reads an archive whole and checks every sum. Members must be the expected ones in their order, so that nothing
 * is ever written but into the files named there. Throws OperatorError.
 * @returns the members that went into memory, by name.
 */
export function readArchive(file: string, expected: readonly ExpectedMember[]): Map<string, Buffer> {
  const source = openSync(file, 'r');
  try {
    if (!fstatSync(source).isFile()) throw new OperatorError(`${file} is not a file.`);
    if (firstName(source) !== expected[0]?.name) throw new OperatorError(`${file} is no backup of InstaVM.`);
    return readMembers(source, expected);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    throw new OperatorError(`${file} is damaged (${error.message}); use another backup.`);
  } finally {
    closeSync(source);
  }
}

class DamageError extends Error {
  override name = 'DamageError';
}

function firstName(source: number): string | null {
  const block = Buffer.alloc(BLOCK_BYTES);
  if (readSync(source, block, 0, BLOCK_BYTES, 0) < BLOCK_BYTES) return null;
  try {
    return readTarHeader(block)?.name ?? null;
  } catch {
    return null;
  }
}

function readMembers(source: number, expected: readonly ExpectedMember[]): Map<string, Buffer> {
  const waiting = [...expected, { name: SUMS, target: { memoryBytesMax: 4096 } }];
  const inMemory = new Map<string, Buffer>();
  let sums = '';
  for (let entry = nextEntry(source); entry; entry = nextEntry(source)) {
    while (waiting[0]?.isOptional && waiting[0].name !== entry.name) waiting.shift();
    const member = waiting.shift();
    if (member?.name !== entry.name) throw new DamageError('it holds what does not belong there');
    const { sum, content } = readContent(source, entry, member.target);
    if (content) inMemory.set(entry.name, content);
    if (member.name !== SUMS) sums += `${sum}  ${entry.name}\n`;
  }
  const stored = inMemory.get(SUMS);
  if (!stored) throw new DamageError('it is cut off');
  if (stored.toString() !== sums) throw new DamageError('a checksum does not match');
  return inMemory;
}

function nextEntry(source: number): TarEntry | null {
  const block = read(source, BLOCK_BYTES);
  try {
    return readTarHeader(block);
  } catch (error) {
    throw new DamageError((error as Error).message);
  }
}

function readContent(source: number, { name, bytes }: TarEntry, target: ExpectedMember['target']) {
  if ('memoryBytesMax' in target && bytes > target.memoryBytesMax) {
    throw new DamageError(`${name} is too large`);
  }
  const sum = createHash('sha256');
  const parts: Buffer[] = [];
  const out = 'file' in target ? openSync(target.file, 'wx', 0o600) : null;
  try {
    for (let rest = bytes; rest > 0; rest -= CHUNK_BYTES) {
      const chunk = read(source, Math.min(rest, CHUNK_BYTES));
      sum.update(chunk);
      if (out === null) parts.push(chunk);
      else writeAll(out, chunk);
    }
    if (out !== null) fsyncSync(out);
  } finally {
    if (out !== null) closeSync(out);
  }
  read(source, paddingOf(bytes));
  return { sum: sum.digest('hex'), content: out === null ? Buffer.concat(parts) : null };
}

function read(source: number, bytes: number): Buffer {
  const block = Buffer.allocUnsafe(bytes);
  for (let filled = 0; filled < bytes; ) {
    const got = readSync(source, block, filled, bytes - filled, null);
    if (got === 0) throw new DamageError('it is cut off');
    filled += got;
  }
  return block;
}
