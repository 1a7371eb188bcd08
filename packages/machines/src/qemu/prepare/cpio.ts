/** One member of an archive. Folders have no content. */
export interface CpioEntry {
  /** Without a leading slash. */
  path: string;
  /** Type and permission bits as in stat's `st_mode`. */
  mode: number;
  content?: Buffer;
}

export const folderMode = 0o040755;
export const programMode = 0o100755;
export const fileMode = 0o100644;

/**
 * An archive in the "newc" format that Linux takes as initramfs (kernel documentation, "initramfs buffer
 * format"): 13 numbers of eight hexadecimal digits, name and content each padded to four bytes. Owner,
 * time and inode numbers are the same for every archive, so equal input gives equal bytes.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const pieces: Buffer[] = [];
  entries.forEach((entry, index) => {
    append(pieces, entry.path, index + 1, entry.mode, entry.content ?? Buffer.alloc(0));
  });
  append(pieces, 'TRAILER!!!', 0, 0, Buffer.alloc(0));
  return Buffer.concat(pieces);
}

function append(pieces: Buffer[], path: string, inode: number, mode: number, content: Buffer): void {
  const name = Buffer.from(`${path}\0`);
  const links = (mode & 0o170000) === 0o040000 ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  pieces.push(header, name, padding(header.length + name.length), content, padding(content.length));
}

function padding(bytes: number): Buffer {
  return Buffer.alloc((4 - (bytes % 4)) % 4);
}
