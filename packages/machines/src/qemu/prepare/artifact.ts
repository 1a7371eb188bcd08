import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileRecord, hashFile, looksUnchanged, recordFile } from './file-hash.ts';

/**
 * A folder of the cache that is either whole or not there: it is made under another name, its manifest is
 * written last, then it is renamed. An interrupted making leaves only a folder that the next one removes.
 */
export interface ArtifactManifest {
  key: string;
  madeAt: string;
  /** What it was made of, for people who look. */
  inputs: Record<string, unknown>;
  /** The files that are checked; a tree of programs names only those whose damage would go unnoticed. */
  files: Record<string, FileRecord>;
}

export interface ArtifactPlan {
  folder: string;
  key: string;
  inputs: Record<string, unknown>;
  now: () => Date;
  signal?: AbortSignal | undefined;
  /** Fills the folder; answers the files to check later, and what to add to the inputs. */
  make(folder: string): Promise<{ files: readonly string[]; inputs?: Record<string, unknown> }>;
}

const manifestName = 'manifest.json';

/**
 * The artifact's manifest when it is whole, else null. Size and time of change are compared at each start,
 * which costs microseconds; a file whose time differs is hashed. Damage that changes neither is what
 * `damagedFiles` finds, in the background, because hashing half a gigabyte would double the time to ready.
 */
export async function readArtifact(folder: string, key: string): Promise<ArtifactManifest | null> {
  const manifest = await readManifest(folder);
  if (manifest?.key !== key) return null;
  for (const [name, record] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const found = await stat(path, { bigint: true }).catch(() => null);
    if (!found) return null;
    if (looksUnchanged(record, found)) continue;
    if (Number(found.size) !== record.bytes || (await hashFile(path)) !== record.sha256) return null;
  }
  return manifest;
}

/** Names of files whose content is no longer what was made. Reads all of them. */
export async function damagedFiles(folder: string, manifest: ArtifactManifest, signal?: AbortSignal) {
  const damaged: string[] = [];
  for (const [name, record] of Object.entries(manifest.files)) {
    signal?.throwIfAborted();
    const sha256 = await hashFile(join(folder, name), signal).catch(() => null);
    if (sha256 !== record.sha256) damaged.push(name);
  }
  return damaged;
}

/** Makes the artifact anew, replacing what is there. The caller holds the lock. */
export async function makeArtifact(plan: ArtifactPlan): Promise<ArtifactManifest> {
  const partial = `${plan.folder}.partial-${randomBytes(4).toString('hex')}`;
  await removePartials(plan.folder);
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const made = await plan.make(partial);
  const files: Record<string, FileRecord> = {};
  for (const name of made.files) files[name] = await recordFile(join(partial, name), plan.signal);
  const manifest: ArtifactManifest = {
    key: plan.key,
    madeAt: plan.now().toISOString(),
    inputs: { ...plan.inputs, ...made.inputs },
    files,
  };
  await writeFile(join(partial, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of [...made.files, manifestName]) await syncFile(join(partial, name));
  await discardArtifact(plan.folder);
  await rename(partial, plan.folder);
  return manifest;
}

/**
 * Takes an artifact away at once. Machines that have its files open keep them: the names go, the content
 * stays until the last of them ends.
 */
export async function discardArtifact(folder: string): Promise<void> {
  const away = `${folder}.partial-${randomBytes(4).toString('hex')}`;
  try {
    await rename(folder, away);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(away, { recursive: true, force: true });
}

/** Remembers that the artifact was used now; what was used longest ago is dropped first. */
export async function touchArtifact(folder: string, now: Date): Promise<void> {
  await utimes(folder, now, now).catch(() => {});
}

async function readManifest(folder: string): Promise<ArtifactManifest | null> {
  try {
    return JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as ArtifactManifest;
  } catch {
    return null;
  }
}

async function removePartials(folder: string): Promise<void> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const prefix = `${folder.slice(parent.length + 1)}.partial-`;
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
