import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, run } from './program.ts';

/**
 * Unpacks Debian packages with all they depend on into a folder, by the machine's own apt with private state:
 * no root, nothing installed. The C library stays the machine's, because its loader is.
 */
export async function unpackPackages(folder: string, names: string[]): Promise<void> {
  const state = join(folder, 'apt.tmp');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'cache', 'archives', 'partial'), { recursive: true });
  await writeFile(join(state, 'status'), '');
  const privately = [
    `Dir::State=${state}`,
    `Dir::State::lists=${join(state, 'lists')}`,
    `Dir::State::status=${join(state, 'status')}`,
    `Dir::Cache=${join(state, 'cache')}`,
    'APT::Install-Recommends=0',
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
    // Hooks of the machine's own configuration act on its own caches.
    'APT::Update::Post-Invoke::=',
    'APT::Update::Post-Invoke-Success::=',
  ].flatMap((option) => ['-o', option]);
  // One of several sources may be unreachable; what matters is whether the packages arrive.
  await run('apt-get', [...privately, 'update'], { timeoutSeconds: 180 });
  await mustRun('apt-get', [...privately, '-y', '--download-only', 'install', ...names], {
    timeoutSeconds: 300,
  });
  const archives = join(state, 'cache', 'archives');
  for (const file of (await readdir(archives)).filter((name) => name.endsWith('.deb'))) {
    if (!/^(libc6|libc-bin|libcrypt1)_/.test(file))
      await mustRun('dpkg-deb', ['-x', join(archives, file), folder]);
  }
  await rm(state, { recursive: true });
}
