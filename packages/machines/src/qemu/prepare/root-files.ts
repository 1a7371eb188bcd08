import { chmod, cp, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostTools } from '../host-tools.ts';
import { walkFolder } from './walk-folder.ts';

/**
 * What the packages' own scripts would have done had they been run (they need root and a chroot): accounts,
 * links, certificates, and dpkg's list of what is installed.
 */
export async function completeRoot(
  root: string,
  recipe: { links: readonly (readonly [string, string])[]; overlay: string },
): Promise<void> {
  await makeAccounts(root);
  for (const [where, to] of recipe.links) await linkUnlessThere(join(root, where), to);
  await makeCertificates(root);
  await write(join(root, 'etc/profile'), await text(join(root, 'usr/share/base-files/profile')), 0o644);
  await write(join(root, 'root/.bashrc'), await text(join(root, 'usr/share/base-files/dot.bashrc')), 0o644);
  await write(join(root, 'root/.profile'), await text(join(root, 'usr/share/base-files/dot.profile')), 0o644);
  await cp(recipe.overlay, root, { recursive: true });
  await fixModes(recipe.overlay, root);
  await mkdir(join(root, 'app'));
  await chmod(join(root, 'app'), 0o755);
  await rm(join(root, 'usr/share/doc'), { recursive: true, force: true });
  await rm(join(root, 'usr/share/man'), { recursive: true, force: true });
  // The whole machine belongs to whoever runs code in it, so pip may install where it likes.
  for (const name of await readdir(join(root, 'usr/lib'))) {
    if (/^python3\.\d+$/.test(name))
      await rm(join(root, 'usr/lib', name, 'EXTERNALLY-MANAGED'), { force: true });
  }
}

/** Writes dpkg's own records so that dpkg and apt inside the machine know what is there. */
export async function recordPackages(
  root: string,
  contents: ReadonlyMap<string, readonly string[]>,
  tools: HostTools,
): Promise<void> {
  const dpkgDeb = (await tools.find('dpkg-deb')) ?? 'dpkg-deb';
  const folder = join(root, 'var/lib/dpkg');
  await mkdir(join(folder, 'info'), { recursive: true });
  const status: string[] = [];
  const controls = await readControls(dpkgDeb, [...contents.keys()], tools);
  for (const [archive, names] of contents) {
    const control = controls.get(archive)!;
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1];
    status.push(control.replace(/^(Package: .*)$/m, '$1\nStatus: install ok installed'));
    const qualified = field('Multi-Arch') === 'same' ? `:${field('Architecture')}` : '';
    // tar says `./usr/bin/`, dpkg says `/usr/bin`, and `/.` for the root itself.
    const list = names.map((name) => name.replace(/^\.(.*?)\/?$/, '$1') || '/.');
    await write(join(folder, 'info', `${field('Package')}${qualified}.list`), `${list.join('\n')}\n`, 0o644);
  }
  await write(join(folder, 'status'), `${status.join('\n\n')}\n\n`, 0o644);
  await write(join(folder, 'available'), '', 0o644);
}

/** Eight at a time: each is a program that waits more than it works. */
async function readControls(
  dpkgDeb: string,
  archives: string[],
  tools: HostTools,
): Promise<Map<string, string>> {
  const controls = new Map<string, string>();
  const worker = async () => {
    for (let archive = archives.pop(); archive !== undefined; archive = archives.pop()) {
      const control = await tools.run({ command: dpkgDeb, args: ['--field', archive] });
      controls.set(archive, control.trimEnd());
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return controls;
}

async function makeAccounts(root: string): Promise<void> {
  const master = join(root, 'usr/share/base-passwd');
  const passwd = (await text(join(master, 'passwd.master'))).replace(/^(\w+):\*:/gm, '$1:x:');
  const group = (await text(join(master, 'group.master'))).replace(/^(\w+):\*:/gm, '$1:x:');
  const locked = (file: string, rest: string) =>
    file
      .split('\n')
      .filter(Boolean)
      .map((line) => `${line.split(':')[0]}:*:${rest}\n`)
      .join('');
  await write(join(root, 'etc/passwd'), passwd, 0o644);
  await write(join(root, 'etc/group'), group, 0o644);
  await write(join(root, 'etc/shadow'), locked(passwd, '19000:0:99999:7:::'), 0o640);
  await write(join(root, 'etc/gshadow'), locked(group, ':'), 0o640);
}

async function makeCertificates(root: string): Promise<void> {
  const folder = join(root, 'usr/share/ca-certificates/mozilla');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.crt')).sort();
  const bundle = await Promise.all(names.map((name) => text(join(folder, name))));
  await write(join(root, 'etc/ssl/certs/ca-certificates.crt'), bundle.join(''), 0o644);
}

async function linkUnlessThere(path: string, to: string): Promise<void> {
  if (await lstat(path).catch(() => null)) return;
  await makeParent(path);
  await symlink(to, path);
}

/** Modes are set by hand: this process runs with umask 077, the machine's files must be readable. */
async function write(path: string, content: string, mode: number): Promise<void> {
  await makeParent(path);
  await writeFile(path, content);
  await chmod(path, mode);
}

async function makeParent(path: string): Promise<void> {
  const first = await mkdir(dirname(path), { recursive: true });
  for (let folder = dirname(path); first && folder.length >= first.length; folder = dirname(folder)) {
    await chmod(folder, 0o755);
  }
}

async function fixModes(overlay: string, root: string): Promise<void> {
  for (const { path, entry } of await walkFolder(overlay)) {
    const runs = entry.isDirectory() || (await text(join(overlay, path))).startsWith('#!');
    await chmod(join(root, path), runs ? 0o755 : 0o644);
  }
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8');
}
