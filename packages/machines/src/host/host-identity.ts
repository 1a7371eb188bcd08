import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a host remembers of itself over restarts. */
export interface HostIdentity {
  hostId: string;
  /** The highest that was seen; orders of an older one are refused. */
  epoch: number;
}

export async function loadIdentity(dataDir: string, newId: () => string): Promise<HostIdentity> {
  const known = await readFile(join(dataDir, 'host.json'), 'utf8').then(JSON.parse, () => null);
  if (typeof known?.hostId === 'string' && Number.isInteger(known.epoch)) return known as HostIdentity;
  const identity = { hostId: newId(), epoch: 0 };
  await saveIdentity(dataDir, identity);
  return identity;
}

export async function saveIdentity(dataDir: string, identity: HostIdentity): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'host.json');
  await writeFile(`${path}.partial`, `${JSON.stringify(identity)}\n`);
  await rename(`${path}.partial`, path);
}
