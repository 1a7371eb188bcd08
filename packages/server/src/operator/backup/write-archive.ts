import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { SUMS } from './header.ts';
import { BLOCK_BYTES, paddingOf, tarHeader } from './tar.ts';

export const CHUNK_BYTES = 1024 * 1024;

export interface Member {
  name: string;
  /** Bytes, or the path of a file to read them from. */
  content: Buffer | { file: string };
}

/**
 * Writes the members and behind them the list of their SHA-256 sums, as `sha256sum -c` reads it.
 * Everything is on the disk when it returns. `file` must not exist.
 */
export function writeArchive(file: string, members: readonly Member[], nowMs: number): void {
  const out = openSync(file, 'wx', 0o600);
  try {
    const sums = members.map((member) => `${writeMember(out, member, nowMs)}  ${member.name}\n`);
    writeMember(out, { name: SUMS, content: Buffer.from(sums.join('')) }, nowMs);
    writeAll(out, Buffer.alloc(2 * BLOCK_BYTES));
    fsyncSync(out);
  } finally {
    closeSync(out);
  }
}

/** @returns the SHA-256 of the content in hex. */
function writeMember(out: number, { name, content }: Member, nowMs: number): string {
  const bytes = Buffer.isBuffer(content) ? content.length : sizeOf(content.file);
  writeAll(out, tarHeader({ name, bytes }, Math.floor(nowMs / 1000)));
  const sum = createHash('sha256');
  let written = 0;
  for (const chunk of Buffer.isBuffer(content) ? [content] : chunksOf(content.file)) {
    sum.update(chunk);
    writeAll(out, chunk);
    written += chunk.length;
  }
  if (written !== bytes) throw new Error(`${name} changed while it was copied`);
  writeAll(out, Buffer.alloc(paddingOf(bytes)));
  return sum.digest('hex');
}

function sizeOf(file: string): number {
  const descriptor = openSync(file, 'r');
  try {
    return fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
}

function* chunksOf(file: string): Generator<Buffer> {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      const got = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      if (got === 0) return;
      yield chunk.subarray(0, got);
    }
  } finally {
    closeSync(descriptor);
  }
}

export function writeAll(out: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at);
}
