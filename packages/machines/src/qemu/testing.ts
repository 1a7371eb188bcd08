import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type OpenedQemu, openQemuDriver } from './open-qemu-driver.ts';

/** Real machines need an image; tests share the one that a server on this machine would use. */
export function testCacheDir(env: NodeJS.ProcessEnv): string {
  return env.INSTAVM_TEST_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'instavm');
}

export function openTestQemu(dataDir: string, cacheDir = testCacheDir(process.env)): Promise<OpenedQemu> {
  return openQemuDriver({
    ...{ dataDir, cacheDir, env: process.env, uid: process.getuid!(), architecture: process.arch },
    now: () => new Date(),
    clockMs: () => performance.now(),
    randomBytes,
    log: () => {},
    onProgress: () => {},
  });
}
