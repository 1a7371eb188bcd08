import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unpackPackages } from '@instavm/e2e/harness/apt';
import { madeOnce } from '@instavm/e2e/harness/made-once';

/** A Redis of its own on a Unix socket, without persistence: the machine's, or Debian's unpacked into the cache. */
export async function startRedis(): Promise<{ socket: string; stop(): Promise<void> }> {
  const { command, env } = await findRedis();
  const folder = mkdtempSync(join(tmpdir(), 'instavm-bench-redis-'));
  const socket = join(folder, 'redis.sock');
  const child = spawn(
    command,
    ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder],
    { env: { ...process.env, ...env }, stdio: 'ignore' },
  );
  for (let tries = 0; !existsSync(socket); tries++) {
    if (child.exitCode !== null || tries > 100) throw new Error(`redis-server did not start (${command})`);
    await sleep(50);
  }
  return {
    socket,
    async stop() {
      child.kill();
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

async function findRedis(): Promise<{ command: string; env: Record<string, string> }> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const command = join(folder, 'redis-server');
    if (existsSync(command)) return { command, env: {} };
  }
  const folder = await madeOnce('redis-server', (target) => unpackPackages(target, ['redis-server']));
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const libraries = ['usr/lib', 'lib'].map((lib) => join(folder, lib, triplet));
  return {
    command: join(folder, 'usr', 'bin', 'redis-server'),
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
}
