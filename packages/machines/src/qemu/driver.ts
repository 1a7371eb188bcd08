import type { Duplex } from 'node:stream';
import type { DriverProbe, MachineRecord, VmDriver } from '../driver-port.ts';
import { HostError, type HostVm, type Isolation, type LinkRequest } from '../host-port.ts';
import { cpuModel } from './command-line.ts';
import type { EngineKeeper } from './engine-keeper.ts';
import type { CgroupExit } from './leave-cgroup.ts';
import { MachineProcess } from './machine/machine-process.ts';
import { MachineStore, removeSockets } from './machine/machine-store.ts';
import type { MachineMeta } from './machine/meta.ts';
import { machineMarker, startMachine } from './machine/start-machine.ts';
import { makeSocketFolder } from './socket-folder.ts';

export interface QemuDriverOptions {
  dataDir: string;
  engine: EngineKeeper;
  cgroups: CgroupExit;
  uid: number;
  /** User that a machine's QEMU becomes; null without root. */
  runAs: string | null;
  now: () => Date;
  randomBytes: (size: number) => Buffer;
  log: (message: string, detail?: Record<string, unknown>) => void;
}

interface Starting {
  abort: AbortController;
  done: Promise<{ isolation: Isolation }>;
}

/** Machines as QEMU processes that outlive this one; what is on disk and in /proc is the truth. */
export class QemuDriver implements VmDriver {
  readonly name = 'qemu';
  readonly capabilities = { pause: false, snapshot: false, clone: false, restore: false, watch: false };
  readonly #options: QemuDriverOptions;
  readonly #store: MachineStore;
  readonly #processes = new Map<string, MachineProcess>();
  readonly #creating = new Map<string, Promise<void>>();
  readonly #starting = new Map<string, Starting>();
  #stuckIn: string[] = [];

  constructor(options: QemuDriverOptions) {
    this.#options = options;
    this.#store = new MachineStore(options.dataDir);
  }

  async probe(): Promise<DriverProbe> {
    const { state, isolation, progress, detail } = this.#options.engine.status;
    const stuck =
      this.#stuckIn.length > 0
        ? `Machines stay in this service's cgroup (${this.#stuckIn.join(', ')}), so stopping the service ends them`
        : null;
    return {
      ...{ state, isolation, progress, cpuModel: cpuModel(isolation) },
      detail: [detail, stuck].filter(Boolean).join('. ') || null,
      templates: this.#options.engine.templates,
    };
  }

  async create(machine: MachineRecord, idempotencyKey: string): Promise<void> {
    const done = this.#store.create(machine, idempotencyKey).catch(throwTyped);
    this.#creating.set(machine.vmId, done);
    await done.finally(() => this.#creating.delete(machine.vmId));
  }

  async start(vmId: string, env: Record<string, string>): Promise<{ isolation: Isolation }> {
    const under = this.#starting.get(vmId);
    if (under) return under.done;
    const abort = new AbortController();
    const done = this.#start(vmId, env, abort.signal).finally(() => this.#starting.delete(vmId));
    this.#starting.set(vmId, { abort, done });
    return done;
  }

  async renew(vmId: string, expiresAt: string): Promise<void> {
    await this.#store.update(vmId, { expiresAt }).catch(throwTyped);
  }

  async delete(vmId: string): Promise<void> {
    await this.#creating.get(vmId)?.catch(() => {});
    const starting = this.#starting.get(vmId);
    if (starting) {
      starting.abort.abort(
        new HostError('unknown_vm', `The machine ${vmId} was deleted while it started`, false),
      );
      await starting.done.catch(() => {});
    }
    const machine = this.#processes.get(vmId) ?? (await this.#adopt(vmId));
    if (machine && !(await machine.end())) {
      throw new HostError('delete_failed', `The process of ${vmId} (${machine.pid}) cannot be ended`, true);
    }
    this.#processes.delete(vmId);
    await this.#store.remove(vmId);
    await this.#options.cgroups.remove(vmId);
  }

  async list(): Promise<HostVm[]> {
    const [ids, pids] = await Promise.all([this.#store.ids(), this.#store.processes()]);
    return Promise.all(ids.map((vmId) => this.#describe(vmId, pids.get(vmId))));
  }

  async openLink(vmId: string, service: LinkRequest['service']): Promise<Duplex> {
    const meta = await this.#store.need(vmId);
    const machine = this.#processes.get(vmId) ?? (await this.#adopt(vmId));
    if (!machine || !meta.ready) {
      throw new HostError('vm_not_running', meta.endReason ?? `The machine ${vmId} does not run`, false);
    }
    return machine.openService(service);
  }

  async close(): Promise<void> {
    for (const { abort, done } of this.#starting.values()) {
      abort.abort(new HostError('create_failed', 'The host is closing', true));
      await done.catch(() => {});
    }
    await Promise.all([...this.#processes.values()].map((machine) => machine.close()));
    this.#processes.clear();
  }

  /** Takes up the machines that run already. Answers their number. */
  async adoptAll(): Promise<number> {
    const pids = await this.#store.processes();
    for (const [vmId, pid] of pids) {
      const machine = await this.#adopt(vmId, pid);
      // Connected from now on, so that its end is noticed; one that hangs must not hold up the others.
      machine?.qmp().catch(() => {});
    }
    return this.#processes.size;
  }

  async #start(
    vmId: string,
    env: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ isolation: Isolation }> {
    const { engine: keeper, cgroups, uid, runAs, log } = this.#options;
    const meta = await this.#store.need(vmId);
    const before = this.#processes.get(vmId) ?? (await this.#adopt(vmId));
    if (meta.ready) {
      if (before) return { isolation: meta.isolation };
      throw new HostError('vm_not_running', meta.endReason ?? `The machine ${vmId} has ended`, false);
    }
    // A start that was interrupted: nobody was given this machine, so it begins again.
    if (before) await before.end();
    this.#processes.delete(vmId);
    if (meta.sockets) await removeSockets(meta.sockets);

    const { engine, template } = await keeper.template(meta);
    signal.throwIfAborted();
    const sockets = await makeSocketFolder(uid);
    const { isolation } = engine;
    try {
      await this.#store.update(vmId, { sockets, template: template.digest, isolation });
      const { process, warnings } = await startMachine({
        ...{ vmId, folder: this.#store.folder(vmId), sockets, engine, template, runAs, signal },
        shape: { memoryMb: meta.memoryMb, vcpuCount: meta.vcpuCount, isolation },
        onSpawned: async (pid) => {
          this.#stuckIn = await cgroups.move(pid, vmId);
        },
        identity: () => ({
          hostname: meta.hostname,
          machineId: this.#options.randomBytes(16).toString('hex'),
          entropy: this.#options.randomBytes(64).toString('base64'),
          unixMs: this.#options.now().getTime(),
          env,
        }),
        onShutdown: (detail) => void this.#takeEnd(vmId, detail),
      });
      this.#processes.set(vmId, process);
      await this.#store.update(vmId, { ready: true });
      if (warnings.length > 0) log('a machine is not wholly itself', { vmId, warnings });
      return { isolation };
    } catch (error) {
      await removeSockets(sockets);
      throw typed(error);
    }
  }

  async #describe(vmId: string, pid: number | undefined): Promise<HostVm> {
    const meta = await this.#store.read(vmId);
    if (!meta) return broken(vmId, 'what is known about it (meta.json) is lost');
    const known = { ...publicPart(meta), isolation: meta.isolation };
    if (this.#starting.has(vmId)) return { ...known, state: 'stopped', detail: 'it is being started' };
    if (!meta.ready)
      return { ...known, state: 'broken', detail: 'the host was interrupted while it made it' };
    const machine = pid === undefined ? null : await this.#adopt(vmId, pid);
    const state = machine ? await machine.state() : ({ kind: 'gone' } as const);
    if (state.kind === 'running') return { ...known, state: 'running', detail: null };
    if (state.kind === 'paused')
      return { ...known, state: 'stopped', detail: meta.endReason ?? state.detail };
    this.#processes.delete(vmId);
    return { ...known, state: 'stopped', detail: meta.endReason ?? 'its QEMU was killed or has crashed' };
  }

  /** The machine's process, made known to this object when it runs; null when there is none. */
  async #adopt(vmId: string, pid?: number): Promise<MachineProcess | null> {
    const known = this.#processes.get(vmId);
    if (known && (pid === undefined || known.pid === pid)) return known;
    const running = pid ?? (await this.#store.processes()).get(vmId);
    if (running === undefined) return null;
    const sockets = (await this.#store.read(vmId))?.sockets ?? null;
    const raced = this.#processes.get(vmId);
    if (raced?.pid === running) return raced;
    const marker = machineMarker(this.#store.folder(vmId));
    const onShutdown = (detail: string) => void this.#takeEnd(vmId, detail);
    const machine = new MachineProcess(running, marker, sockets, onShutdown);
    this.#processes.set(vmId, machine);
    return machine;
  }

  async #takeEnd(vmId: string, detail: string): Promise<void> {
    try {
      await this.#store.update(vmId, { endReason: detail });
      await this.#processes.get(vmId)?.end();
      this.#processes.delete(vmId);
    } catch (error) {
      this.#options.log('the end of a machine was not recorded', { vmId, reason: String(error) });
    }
  }
}

function publicPart(meta: MachineMeta) {
  const { vmId, generation, memoryMb, vcpuCount, expiresAt } = meta;
  return { vmId, generation, memoryMb, vcpuCount, expiresAt };
}

function broken(vmId: string, detail: string): HostVm {
  const unknown = { generation: 0, memoryMb: 0, vcpuCount: 0, expiresAt: new Date(0).toISOString() };
  return { vmId, ...unknown, isolation: 'none', state: 'broken', detail };
}

function throwTyped(error: unknown): never {
  throw typed(error);
}

function typed(error: unknown): HostError {
  if (error instanceof HostError) return error;
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
    return new HostError('disk_full', 'The host has no disk space left for another machine', true);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new HostError('create_failed', `The machine could not be started: ${reason}`, true);
}
