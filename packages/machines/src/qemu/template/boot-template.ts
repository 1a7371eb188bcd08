import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GuestLink } from '@instavm/guest';
import { type MachineShape, machineArguments } from '../command-line.ts';
import { connectSocket } from '../connect-socket.ts';
import { lastLines, readConsole } from '../console.ts';
import { type Engine, spawnQemu } from '../engine.ts';
import type { HostTools } from '../host-tools.ts';
import { emptyQcow2 } from '../qcow2.ts';
import { QmpClient } from '../qmp.ts';
import { saveState } from '../restore.ts';
import { makeSocketFolder } from '../socket-folder.ts';
import { templateFiles } from './template.ts';

/** A cold boot under emulation takes two to five seconds; a busy machine may need many times that. */
const bootLimitMs = 180_000;

/** Boots a machine of this shape, warms it up, saves it into `folder`. Answers the names of the files. */
export async function bootTemplate(
  folder: string,
  engine: Engine,
  shape: MachineShape,
  host: { tools: HostTools; uid: number; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const disk = join(folder, templateFiles.disk);
  await writeFile(disk, emptyQcow2(engine.image.diskMb * 1024 * 1024));
  const sockets = await makeSocketFolder(host.uid);
  const log = await open(join(folder, 'log'), 'w');
  const ended = new AbortController();
  const limits = [ended.signal, AbortSignal.timeout(bootLimitMs), ...(host.signal ? [host.signal] : [])];
  const signal = AbortSignal.any(limits);
  try {
    const args = machineArguments({
      name: 'template',
      shape,
      memoryFile: join(folder, templateFiles.memory),
      shareMemory: true,
      disk: { root: engine.image.root, template: null, own: disk },
      qmpSocket: join(sockets, 'qmp'),
      agentSocket: join(sockets, 'agent'),
      boot: { kernel: engine.image.kernel, initramfs: engine.image.initramfs },
      // Only our own code runs in it, and it must reach this process's socket.
      runAs: null,
    });
    const qemu = await spawnQemu(engine.qemu, { args, log: log.fd, leash: await host.tools.leash() });
    const gone = qemu.ended.then(() => ended.abort(new Error('QEMU has ended')));
    try {
      await warmUpAndSave(folder, sockets, signal);
    } catch (error) {
      const said = (await readFile(join(folder, 'log'), 'utf8')).trim();
      throw new Error(`the template machine did not come up: ${messageOf(error)}${said ? `; ${said}` : ''}`);
    } finally {
      if (!ended.signal.aborted) process.kill(qemu.pid, 'SIGKILL');
      await gone;
    }
  } finally {
    await log.close();
    await rm(sockets, { recursive: true, force: true });
  }
  await rm(join(folder, 'log'));
  return Object.values(templateFiles);
}

async function warmUpAndSave(folder: string, sockets: string, signal: AbortSignal): Promise<void> {
  const qmp = await QmpClient.open(await connectSocket(join(sockets, 'qmp'), signal), 30_000);
  try {
    const down = new Promise<never>((_, reject) => {
      qmp.onEvent((event) => {
        if (event.name !== 'SHUTDOWN') return;
        const said = readConsole(qmp).then((text) => lastLines(text).join(' | '));
        said.then((text) => reject(new Error(`it shut down, and its console said: ${text}`)), reject);
      });
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    down.catch(() => {});
    const link = await Promise.race([warmUp(join(sockets, 'agent'), signal), down]);
    // Saved with the link open: a copy whose link is open before its state is loaded then sees no change, where
    // a link that closes and opens again can overtake the first message (the guest learns of both apart).
    await saveTo(join(folder, templateFiles.state), join(sockets, 'state'), qmp);
    link.destroy();
    await qmp.execute('quit', {}, 5000).catch(() => {});
  } finally {
    qmp.close();
  }
}

async function warmUp(socket: string, signal: AbortSignal): Promise<GuestLink> {
  const link = await GuestLink.connect(await connectSocket(socket, signal), { timeoutMs: bootLimitMs });
  await link.warm();
  return link;
}

/** QEMU 7 writes a state only to a socket or a program, and it may start no program. */
async function saveTo(file: string, socket: string, qmp: QmpClient): Promise<void> {
  const server = createServer();
  server.listen(socket);
  await once(server, 'listening');
  try {
    const received = once(server, 'connection').then(([stream]) => pipeline(stream, createWriteStream(file)));
    await Promise.all([received, saveState(qmp, socket)]);
  } finally {
    server.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
