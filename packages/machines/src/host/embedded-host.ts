import type { Duplex } from 'node:stream';
import type { VmDriver } from '../driver-port.ts';
import type { HostLog } from '../host-log.ts';
import {
  type HostCommand,
  HostError,
  type HostHello,
  type HostReply,
  type HostVm,
  type LinkRequest,
  type VmHost,
} from '../host-port.ts';
import { noRoom } from './capacity.ts';
import { type HostIdentity, saveIdentity } from './host-identity.ts';
import { Operations } from './operations.ts';

export interface EmbeddedHostOptions {
  /** Already governed (see lifecycle.ts). */
  driver: VmDriver;
  dataDir: string;
  identity: HostIdentity;
  bootId: string;
  vcpus: number;
  memoryBudgetMb: number;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: HostLog;
}

/** What the host answers for; a machine is here from the moment its memory is reserved. */
interface Known {
  generation: number;
  memoryMb: number;
  expiresAt: string;
}

type Create = Extract<HostCommand, { verb: 'create' }>;
type Renew = Extract<HostCommand, { verb: 'renew' }>;
type Delete = Extract<HostCommand, { verb: 'delete' }>;

/** Ended machines that are remembered so that a late create cannot bring one back. */
const maxTombstones = 20_000;

/** The machine host inside the server's process. */
export class EmbeddedVmHost implements VmHost {
  readonly #options: EmbeddedHostOptions;
  readonly #operations = new Operations();
  readonly #known = new Map<string, Known>();
  #saved: Promise<void> = Promise.resolve();
  /** Generation of each machine that was ended here. */
  readonly #tombstones = new Map<string, number>();

  private constructor(options: EmbeddedHostOptions) {
    this.#options = options;
  }

  /** Begins with the machines that are there. */
  static async open(options: EmbeddedHostOptions): Promise<EmbeddedVmHost> {
    const host = new EmbeddedVmHost(options);
    for (const vm of await options.driver.list()) host.#known.set(vm.vmId, vm);
    return host;
  }

  async hello(): Promise<HostHello> {
    const { driver, identity, bootId, vcpus, memoryBudgetMb } = this.#options;
    const { state, isolation, cpuModel, progress, detail, templates } = await driver.probe();
    return {
      ...{ hostId: identity.hostId, bootId, protocol: { min: 1, max: 1 }, driver: driver.name },
      ...{ isolation, cpuModel, templates, capacity: { vcpus, memoryMb: memoryBudgetMb } },
      engine: { state, progress, detail },
    };
  }

  async apply(command: HostCommand): Promise<HostReply> {
    const stale = await this.#refuseOldEpoch(command.epoch);
    if (stale) return stale;
    return this.#operations.once(command, () => this.#carryOut(command));
  }

  list(): Promise<HostVm[]> {
    return this.#options.driver.list();
  }

  async openLink(request: LinkRequest): Promise<Duplex> {
    const known = this.#known.get(request.vmId);
    if (!known || known.generation !== request.generation) {
      throw new HostError('unknown_vm', `There is no machine ${request.vmId} on this host`, false);
    }
    // Not left to the sweep: a machine whose time is over serves nobody from that moment.
    if (Date.parse(known.expiresAt) <= this.#options.now()) {
      throw new HostError('vm_not_running', `The lifetime of ${request.vmId} is over`, false);
    }
    return this.#options.driver.openLink(request.vmId, request.service);
  }

  /** Ends machines whose lifetime is over, whatever the control plane does. Answers their ids. */
  async sweep(nowMs: number): Promise<string[]> {
    const overdue = [...this.#known].filter(([, known]) => Date.parse(known.expiresAt) <= nowMs);
    const ended: string[] = [];
    for (const [vmId, known] of overdue) {
      try {
        await this.#end(vmId, known.generation);
        ended.push(vmId);
        this.#options.log.info({ vm_id: vmId }, 'ended a machine whose lifetime is over');
      } catch (error) {
        this.#options.log.warn(
          { vm_id: vmId, err: error },
          'a machine could not be ended; it is tried again',
        );
      }
    }
    return ended;
  }

  #carryOut(command: HostCommand): Promise<HostReply> {
    if (command.verb === 'create') return this.#create(command);
    return command.verb === 'renew' ? this.#renew(command) : this.#delete(command);
  }

  async #create(command: Create): Promise<HostReply> {
    const { vmId, generation, spec, expiresAt, opKey } = command;
    const { driver, memoryBudgetMb } = this.#options;
    const refused = this.#refuseOldGeneration(vmId, generation);
    if (refused) return refused;
    const { env, ...size } = spec;
    const record = { ...size, vmId, generation, expiresAt };
    const before = this.#known.get(vmId);
    if (!before) {
      await this.#needEngine();
      this.#refuseEnded(vmId, generation);
      const full = noRoom(spec.memoryMb, this.#takenMb(), memoryBudgetMb);
      if (full) return { status: 'full', detail: full };
      this.#known.set(vmId, { generation, memoryMb: spec.memoryMb, expiresAt });
    }
    try {
      // A machine that was here before says itself whether this key made it.
      await driver.create(record, opKey);
      const { isolation } = await driver.start(vmId, env);
      // A delete that came while it was made had perhaps nothing to delete yet.
      this.#refuseEnded(vmId, generation);
      return { status: 'done', isolation };
    } catch (error) {
      const code = error instanceof HostError ? error.code : null;
      if (code === 'already_exists') return { status: 'conflict', detail: (error as Error).message };
      // A machine that ran once and ended keeps its reason until it is deleted.
      if (code !== 'vm_not_running') await this.#rollBack(vmId, generation);
      throw error;
    }
  }

  /** In force at once, so that no sweep comes between; taken back when the machine cannot remember it. */
  async #renew({ vmId, generation, expiresAt }: Renew): Promise<HostReply> {
    const known = this.#known.get(vmId);
    if (!known) throw new HostError('unknown_vm', `There is no machine ${vmId} on this host`, false);
    if (known.generation !== generation) {
      return { status: 'stale', detail: `${vmId} is of generation ${known.generation}, not ${generation}` };
    }
    const before = known.expiresAt;
    known.expiresAt = expiresAt;
    try {
      await this.#options.driver.renew(vmId, expiresAt);
    } catch (error) {
      if (known.expiresAt === expiresAt) known.expiresAt = before;
      throw error;
    }
    return { status: 'done', isolation: 'none' };
  }

  async #delete({ vmId, generation }: Delete): Promise<HostReply> {
    const known = this.#known.get(vmId);
    if (known && generation < known.generation) {
      return { status: 'stale', detail: `${vmId} is of generation ${known.generation}, not ${generation}` };
    }
    await this.#end(vmId, generation);
    return { status: 'done', isolation: 'none' };
  }

  async #end(vmId: string, generation: number): Promise<void> {
    this.#bury(vmId, generation);
    await this.#options.driver.delete(vmId);
    this.#known.delete(vmId);
    this.#operations.forget(vmId);
  }

  async #rollBack(vmId: string, generation: number): Promise<void> {
    try {
      await this.#options.driver.delete(vmId);
      // Deleted by somebody else meanwhile: then it is no longer ours to forget.
      if (this.#known.get(vmId)?.generation === generation) this.#known.delete(vmId);
    } catch (error) {
      this.#options.log.warn({ vm_id: vmId, err: error }, 'a failed machine could not be removed');
    }
  }

  async #needEngine(): Promise<void> {
    const { state, detail } = await this.#options.driver.probe();
    if (state === 'ready') return;
    const reason = detail ?? 'The engine is being prepared; try again in a minute';
    throw new HostError('engine_not_ready', reason, state === 'preparing');
  }

  async #refuseOldEpoch(epoch: number): Promise<HostReply | null> {
    const { identity, dataDir } = this.#options;
    if (epoch < identity.epoch) {
      return { status: 'stale', detail: `This host follows epoch ${identity.epoch}, not ${epoch}` };
    }
    if (epoch > identity.epoch) {
      identity.epoch = epoch;
      this.#saved = this.#saved.then(() => saveIdentity(dataDir, identity));
    }
    // Nothing is done for a new epoch before the old one is shut out for good.
    await this.#saved;
    return null;
  }

  #refuseOldGeneration(vmId: string, generation: number): HostReply | null {
    const newest = Math.max(this.#known.get(vmId)?.generation ?? 0, (this.#tombstones.get(vmId) ?? -1) + 1);
    if (generation >= newest) return null;
    return { status: 'stale', detail: `${vmId} was ended, or is of a later generation than ${generation}` };
  }

  #refuseEnded(vmId: string, generation: number): void {
    if ((this.#tombstones.get(vmId) ?? -1) < generation) return;
    throw new HostError('unknown_vm', `The machine ${vmId} was deleted while it was made`, false);
  }

  #takenMb(): number {
    let total = 0;
    for (const { memoryMb } of this.#known.values()) total += memoryMb;
    return total;
  }

  #bury(vmId: string, generation: number): void {
    this.#tombstones.delete(vmId);
    this.#tombstones.set(vmId, Math.max(generation, this.#known.get(vmId)?.generation ?? 0));
    const oldest = this.#tombstones.keys().next().value;
    if (this.#tombstones.size > maxTombstones && oldest !== undefined) this.#tombstones.delete(oldest);
  }
}
