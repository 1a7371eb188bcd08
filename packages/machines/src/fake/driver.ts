import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { DriverProbe, MachineRecord, VmDriver } from '../driver-port.ts';
import { HostError, type HostVm, type Isolation, type LinkRequest } from '../host-port.ts';
import { type Faults, noFaults } from './faults.ts';
import { FakeMachine } from './machine.ts';

/** Machines in memory, shared by the drivers that are given it: they outlive a driver as real ones do. */
export class FakeWorld {
  readonly machines = new Map<string, FakeMachine>();
  readonly faults: Faults = noFaults();
}

/**
 * Machines without a machine: same answers, same errors, same services, nothing to install, ready at once.
 * For development, simulation and tests. It offers no isolation and needs none, because it runs no code.
 */
export class FakeDriver implements VmDriver {
  readonly name = 'fake';
  readonly capabilities = { pause: false, snapshot: false, clone: false, restore: false, watch: false };
  readonly #world: FakeWorld;

  constructor(world: FakeWorld = new FakeWorld()) {
    this.#world = world;
  }

  async probe(): Promise<DriverProbe> {
    return {
      state: 'ready',
      isolation: 'none',
      cpuModel: 'none',
      progress: null,
      detail: null,
      templates: [],
    };
  }

  async create(machine: MachineRecord, idempotencyKey: string): Promise<void> {
    await this.#maybe('create');
    const before = this.#world.machines.get(machine.vmId);
    if (before?.idempotencyKey === idempotencyKey) return;
    if (before) throw new HostError('already_exists', `The machine ${machine.vmId} is there already`, false);
    if (this.#world.faults.diskFull) {
      throw new HostError('disk_full', 'The host has too little disk space for another machine', true);
    }
    this.#world.machines.set(machine.vmId, new FakeMachine(machine, idempotencyKey, this.#world.faults));
  }

  async start(vmId: string, env: Record<string, string>): Promise<{ isolation: Isolation }> {
    await this.#maybe('start');
    const machine = this.#need(vmId);
    if (machine.state === 'running') return { isolation: 'none' };
    if (machine.state === 'stopped') {
      throw new HostError('vm_not_running', machine.endReason ?? `The machine ${vmId} has ended`, false);
    }
    if (this.#world.faults.crashAtStart) {
      throw new HostError('create_failed', 'The machine could not be started: it crashed', true);
    }
    machine.start(env);
    return { isolation: 'none' };
  }

  async renew(vmId: string, expiresAt: string): Promise<void> {
    this.#need(vmId).record.expiresAt = expiresAt;
  }

  async delete(vmId: string): Promise<void> {
    await this.#maybe('delete');
    this.#world.machines.get(vmId)?.stop('it was deleted');
    this.#world.machines.delete(vmId);
  }

  async list(): Promise<HostVm[]> {
    await this.#maybe('list');
    return [...this.#world.machines.values()].map((machine) => this.#describe(machine));
  }

  async openLink(vmId: string, service: LinkRequest['service']): Promise<Duplex> {
    const machine = this.#need(vmId);
    if (machine.state !== 'running') {
      throw new HostError('vm_not_running', machine.endReason ?? `The machine ${vmId} does not run`, false);
    }
    return machine.open(service);
  }

  async close(): Promise<void> {}

  #describe(machine: FakeMachine): HostVm {
    const { vmId, generation, memoryMb, vcpuCount, expiresAt } = machine.record;
    const known = { vmId, generation, memoryMb, vcpuCount, expiresAt, isolation: 'none' } as const;
    if (machine.state === 'running' || this.#world.faults.lie)
      return { ...known, state: 'running', detail: null };
    if (machine.state === 'stopped') return { ...known, state: 'stopped', detail: machine.endReason };
    return { ...known, state: 'broken', detail: 'the host was interrupted while it made it' };
  }

  #need(vmId: string): FakeMachine {
    const machine = this.#world.machines.get(vmId);
    if (!machine) throw new HostError('unknown_vm', `There is no machine ${vmId} on this host`, false);
    return machine;
  }

  async #maybe(verb: 'create' | 'start' | 'delete' | 'list'): Promise<void> {
    const { hang, slowMs } = this.#world.faults;
    if (hang.has(verb)) await new Promise(() => {});
    if (slowMs > 0) await delay(slowMs);
  }
}
