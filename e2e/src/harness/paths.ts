import { homedir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');
export const screenshots = join(root, 'e2e', 'screenshots');
export const reporter = join(root, 'scripts', 'lib', 'reporter.mjs');
export const serverMain = join(root, 'packages', 'server', 'src', 'main.ts');
export const cliMain = join(root, 'packages', 'cli', 'src', 'main.ts');

/** The user's own cache: machine images, templates, the published client and a browser are made once in it. */
export const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
