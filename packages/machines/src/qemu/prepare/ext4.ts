import { truncate } from 'node:fs/promises';
import type { HostTools } from '../host-tools.ts';
import { EngineUnavailable } from './engine-unavailable.ts';
import { walkFolder } from './walk-folder.ts';

const blockBytes = 4096;

/**
 * Makes an ext4 file system of `diskMb` out of a folder. The file holds only the part that is used: what
 * lies beyond its end reads as zeros through the overlay of each machine, so that it can be hashed and
 * copied in a fraction of the time.
 */
export async function makeExt4(
  folder: string,
  file: string,
  diskMb: number,
  tools: HostTools,
): Promise<void> {
  const mke2fs = await need(tools, 'mke2fs');
  await tools.run({
    command: mke2fs,
    args: [
      ...['-q', '-F', '-t', 'ext4', '-b', String(blockBytes), '-m', '0'],
      // All tables in one group and no copies of the superblock: nothing is written far from the start.
      ...['-G', '64', '-O', '^has_journal,^metadata_csum,sparse_super2'],
      ...['-E', 'root_owner=0:0,lazy_itable_init=1,nodiscard,num_backup_sb=0'],
      ...['-d', folder, file, `${diskMb}M`],
    ],
  });
  await giveToRoot(folder, file, tools);
  const map = await tools.run({ command: await need(tools, 'dumpe2fs'), args: [file] });
  await truncate(file, usedBlocks(map, (diskMb * 1024 * 1024) / blockBytes) * blockBytes);
}

/**
 * Without root the unpacked files belong to whoever runs the server. Inside they are root's: changed in the
 * image itself, which takes a fraction of a second where chown in the machine takes seconds.
 */
async function giveToRoot(folder: string, file: string, tools: HostTools): Promise<void> {
  const entries = await walkFolder(folder);
  // mke2fs numbers what it copies one after the other from 11, which is lost+found.
  const last = 11 + entries.length + 1;
  const commands: string[] = [];
  for (let inode = 11; inode <= last; inode++) {
    commands.push(`set_inode_field <${inode}> uid 0`, `set_inode_field <${inode}> gid 0`);
  }
  await tools.run({
    command: await need(tools, 'debugfs'),
    args: ['-w', '-f', '-', file],
    input: `${commands.join('\n')}\n`,
    onLine: () => {},
  });
}

/** The number of blocks up to the last used one, from dumpe2fs's list of free ranges. */
export function usedBlocks(map: string, blocks: number): number {
  let end = blocks;
  const ranges = [...map.matchAll(/^ {2}Free blocks: (.*)$/gm)]
    .flatMap((match) => match[1]!.split(', '))
    .map((range) => range.split('-').map(Number))
    .filter(([first]) => Number.isInteger(first))
    .reverse();
  for (const [first, last = first] of ranges) {
    if (last! + 1 !== end) break;
    end = first!;
  }
  return end;
}

async function need(tools: HostTools, name: string): Promise<string> {
  const found = await tools.find(name);
  if (!found) {
    throw new EngineUnavailable(`${name} is not installed. Install the package e2fsprogs`);
  }
  return found;
}
