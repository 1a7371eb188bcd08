import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '@instavm/guest';
import { type MachineShape, machineArguments } from '../command-line.ts';
import { type Engine, spawnQemu } from '../engine.ts';
import { killProcess } from '../processes.ts';
import { emptyQcow2 } from '../qcow2.ts';
import { restoreState } from '../restore.ts';
import type { Template } from '../template/template.ts';
import { MachineProcess, socketNames } from './machine-process.ts';
import { diskFile } from './meta.ts';

export const logFile = 'qemu.log';

export interface MachineStart {
  vmId: string;
  folder: string;
  sockets: string;
  engine: Engine;
  template: Template;
  shape: MachineShape;
  runAs: string | null;
  signal: AbortSignal;
  /** Called as soon as there is a process; runs beside the loading of the state and ends before hand-out. */
  onSpawned(pid: number): Promise<void>;
  /** Called at the last moment, since it holds the time. */
  identity(): Identity;
  onShutdown(detail: string): void;
}

/** A copy of the template that has become itself. Leaves no process behind when it fails. */
export async function startMachine(
  start: MachineStart,
): Promise<{ process: MachineProcess; warnings: string[] }> {
  const disk = join(start.folder, diskFile);
  await writeFile(disk, emptyQcow2(start.engine.image.diskMb * 1024 * 1024));
  const pid = await spawn(start, disk);
  const ended = new AbortController();
  const signal = AbortSignal.any([start.signal, ended.signal]);
  void pid.ended.then(() => ended.abort(new Error('QEMU has ended')));
  const process = new MachineProcess(pid.pid, machineMarker(start.folder), start.sockets, start.onShutdown);
  try {
    const prepared = start.onSpawned(pid.pid);
    const qmp = await process.qmp(signal);
    await process.connectAgent(signal);
    await restoreState(qmp);
    const [warnings] = await Promise.all([process.identify(start.identity, signal), prepared]);
    signal.throwIfAborted();
    return { process, warnings };
  } catch (error) {
    await process.close();
    await killProcess(pid.pid, machineMarker(start.folder), 10_000);
    throw await withLog(start.folder, start.signal.aborted ? start.signal.reason : error);
  }
}

/** In the command line of a machine's QEMU and of nothing else: the path of its disk, as JSON writes it. */
export function machineMarker(folder: string): string {
  return JSON.stringify(join(folder, diskFile)).slice(1, -1);
}

async function spawn(start: MachineStart, disk: string) {
  const { engine, template } = start;
  const args = machineArguments({
    name: start.vmId,
    shape: start.shape,
    memoryFile: template.memory,
    shareMemory: false,
    disk: { root: engine.image.root, template: template.disk, own: disk },
    qmpSocket: join(start.sockets, socketNames.qmp),
    agentSocket: join(start.sockets, socketNames.agent),
    boot: null,
    runAs: start.runAs,
  });
  const log = await open(join(start.folder, logFile), 'a', 0o600);
  const state = await open(template.state, 'r');
  try {
    return await spawnQemu(engine.qemu, { args, log: log.fd, stateFile: state.fd });
  } finally {
    await Promise.all([log.close(), state.close()]);
  }
}

async function withLog(folder: string, error: unknown): Promise<Error> {
  const reason = error instanceof Error ? error : new Error(String(error));
  const said = (await readFile(join(folder, logFile), 'utf8').catch(() => '')).trim().split('\n').slice(-3);
  if (said.join('') !== '') reason.message = `${reason.message}; QEMU said: ${said.join(' | ')}`;
  return reason;
}
