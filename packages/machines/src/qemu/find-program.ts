import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the administrator's programs are; people's PATH often leaves these out. */
const systemFolders = ['/usr/sbin', '/sbin'];

/** The full path of a program on `path` (as in the environment's PATH), or null. */
export async function findProgram(name: string, path: string): Promise<string | null> {
  const folders = [...path.split(':').filter((folder) => folder.startsWith('/')), ...systemFolders];
  for (const folder of folders) {
    const candidate = join(folder, name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here.
    }
  }
  return null;
}
