import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type CgroupMembership, type CgroupMount, parseMemberships, parseMounts } from './cgroup-files.ts';

/**
 * Moves machines out of the cgroups of this process, in every hierarchy: a supervisor that stops the service
 * ends everything in its cgroup, and one hierarchy missed is enough. A process in the root has nothing to
 * leave.
 */
export class CgroupExit {
  readonly #mounts: readonly CgroupMount[];
  readonly #own: readonly CgroupMembership[];

  private constructor(mounts: readonly CgroupMount[], own: readonly CgroupMembership[]) {
    this.#mounts = mounts;
    this.#own = own;
  }

  static async open(): Promise<CgroupExit> {
    const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
    const own = parseMemberships(await readFile('/proc/self/cgroup', 'utf8').catch(() => ''));
    return new CgroupExit(
      mounts,
      own.filter((membership) => membership.path !== '/'),
    );
  }

  /** Names of the hierarchies in which the process still shares this one's cgroup. */
  async move(pid: number, name: string): Promise<string[]> {
    const stuck: string[] = [];
    await Promise.all(
      this.#own.map(async (membership) => {
        const mount = this.#mountOf(membership);
        const moved = mount !== undefined && (await moveInto(join(mount.folder, 'instavm', name), pid));
        if (!moved) stuck.push(membership.name);
      }),
    );
    return stuck;
  }

  /** Takes the machine's cgroups away after its end. */
  async remove(name: string): Promise<void> {
    await Promise.all(this.#folders().map((folder) => removeGroup(join(folder, name))));
  }

  /** Takes away the empty ones that hosts before this one left. One with a process in it cannot be removed. */
  async removeEmpty(): Promise<void> {
    for (const folder of this.#folders()) {
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (entry.isDirectory()) await rmdir(join(folder, entry.name)).catch(() => {});
      }
    }
  }

  #folders(): string[] {
    const mounts = this.#own.map((membership) => this.#mountOf(membership));
    return mounts.filter((mount) => mount !== undefined).map((mount) => join(mount.folder, 'instavm'));
  }

  #mountOf(membership: CgroupMembership): CgroupMount | undefined {
    return this.#mounts.find((mount) => mount.name === membership.name);
  }
}

/** A process that has ended stays in its cgroup until its parent has taken note. */
async function removeGroup(folder: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const code = await rmdir(folder).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (code !== 'EBUSY') return;
    await delay(5);
  }
}

async function moveInto(folder: string, pid: number): Promise<boolean> {
  // Twice, because another host may be tidying up and take an empty one away.
  return (await tryMove(folder, pid)) || (await tryMove(folder, pid));
}

async function tryMove(folder: string, pid: number): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await fillCpuset(dirname(folder));
    await fillCpuset(folder);
    await writeFile(join(folder, 'cgroup.procs'), String(pid));
    return true;
  } catch {
    await rmdir(folder).catch(() => {});
    return false;
  }
}

/** A new cpuset of version 1 has no processors and no memory, and takes no process until it has. */
async function fillCpuset(folder: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const here = await readFile(join(folder, file), 'utf8').catch(() => null);
    if (here === null || here.trim() !== '') continue;
    const above = await readFile(join(dirname(folder), file), 'utf8').catch(() => '');
    if (above.trim() !== '') await writeFile(join(folder, file), above).catch(() => {});
  }
}
