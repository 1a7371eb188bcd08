/** One hierarchy that this process is in. */
export interface CgroupMembership {
  /** Its controllers as the kernel names them, `name=systemd`, or `unified` for version 2. */
  name: string;
  path: string;
}

export interface CgroupMount {
  name: string;
  folder: string;
}

/** Reads /proc/self/cgroup: `4:memory:/service` a line. */
export function parseMemberships(text: string): CgroupMembership[] {
  return text
    .split('\n')
    .map((line) => /^(\d+):([^:]*):(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => ({ name: match[2] === '' ? 'unified' : match[2]!, path: match[3]! }));
}

/** Reads /proc/self/mountinfo (proc(5)); the part after ` - ` is type, source and options of the hierarchy. */
export function parseMounts(text: string): CgroupMount[] {
  const mounts: CgroupMount[] = [];
  for (const line of text.split('\n')) {
    const [left, right] = line.split(' - ');
    const folder = left?.split(' ')[4];
    const [type, , options] = right?.split(' ') ?? [];
    if (!folder || (type !== 'cgroup' && type !== 'cgroup2')) continue;
    mounts.push({ name: type === 'cgroup2' ? 'unified' : hierarchyName(options ?? ''), folder });
  }
  return mounts;
}

const notControllers = new Set(['rw', 'ro', 'xattr', 'noprefix', 'clone_children']);

function hierarchyName(options: string): string {
  return options
    .split(',')
    .filter((option) => !notControllers.has(option) && !option.startsWith('release_agent='))
    .join(',');
}
