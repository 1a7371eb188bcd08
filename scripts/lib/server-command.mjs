import { join } from 'node:path';
import { root } from './paths.mjs';

/**
 * Node's arguments for the server. The young generation is kept small: filling the key index makes much garbage
 * that dies at once, and with Node's default 100,000 keys would leave about 80 MB more behind.
 */
export const serverCommand = ['--max-semi-space-size=4', join(root, 'packages', 'server', 'src', 'main.ts')];
