import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** What a file was when its hash was taken. */
export interface FileRecord {
  bytes: number;
  /** Nanoseconds since the epoch, as text: too long for a JSON number. */
  modifiedNs: string;
  sha256: string;
}

/** SHA-256 of a file in hexadecimal, read in pieces so that the event loop stays free. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024, signal }))
    hash.update(piece);
  return hash.digest('hex');
}

export async function recordFile(path: string, signal?: AbortSignal): Promise<FileRecord> {
  const sha256 = await hashFile(path, signal);
  const found = await stat(path, { bigint: true });
  return { bytes: Number(found.size), modifiedNs: String(found.mtimeNs), sha256 };
}

export function looksUnchanged(record: FileRecord, found: BigIntStats): boolean {
  return Number(found.size) === record.bytes && String(found.mtimeNs) === record.modifiedNs;
}
