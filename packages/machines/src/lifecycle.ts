import type { Duplex } from 'node:stream';
import type { DriverProbe, MachineRecord, VmDriver } from './driver-port.ts';
import { HostError, type HostErrorCode, type HostVm, type Isolation, type LinkRequest } from './host-port.ts';

/** How long each verb may take, in milliseconds. */
export interface Deadlines {
  probe: number;
  create: number;
  /** Long, because the first machine of a size boots a template. */
  start: number;
  renew: number;
  delete: number;
  list: number;
  openLink: number;
}

export const defaultDeadlines: Deadlines = {
  probe: 5000,
  create: 30_000,
  start: 240_000,
  renew: 5000,
  delete: 45_000,
  list: 30_000,
  openLink: 15_000,
};

/**
 * Puts order around any driver: one verb at a time for each machine, an end to every call, and only
 * HostErrors. A delete waits for nobody: what is under way is overtaken, what still waits is refused.
 */
export class GovernedDriver implements VmDriver {
  readonly #driver: VmDriver;
  readonly #deadlines: Deadlines;
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #deletes = new Map<string, Promise<void>>();
  /** Raised by each delete; a verb that waited through one does not run. */
  readonly #deleted = new Map<string, number>();

  constructor(driver: VmDriver, deadlines: Deadlines = defaultDeadlines) {
    this.#driver = driver;
    this.#deadlines = deadlines;
  }

  get name() {
    return this.#driver.name;
  }

  get capabilities() {
    return this.#driver.capabilities;
  }

  async probe(): Promise<DriverProbe> {
    try {
      return await this.#limited('probe', 'guest_unreachable', this.#driver.probe());
    } catch (error) {
      return {
        ...{ state: 'unavailable', isolation: 'none', cpuModel: 'unknown', progress: null, templates: [] },
        detail: (error as Error).message,
      };
    }
  }

  create(machine: MachineRecord, idempotencyKey: string): Promise<void> {
    return this.#inTurn(machine.vmId, () =>
      this.#limited('create', 'create_failed', this.#driver.create(machine, idempotencyKey)),
    );
  }

  start(vmId: string, env: Record<string, string>): Promise<{ isolation: Isolation }> {
    return this.#inTurn(vmId, () => this.#limited('start', 'create_failed', this.#driver.start(vmId, env)));
  }

  /** Not in turn with the others: a machine that takes long to start can be renewed meanwhile. */
  async renew(vmId: string, expiresAt: string): Promise<void> {
    if (this.#deletes.has(vmId)) throw gone(vmId);
    return this.#limited('renew', 'guest_unreachable', this.#driver.renew(vmId, expiresAt));
  }

  delete(vmId: string): Promise<void> {
    const running = this.#deletes.get(vmId);
    if (running) return running;
    this.#deleted.set(vmId, (this.#deleted.get(vmId) ?? 0) + 1);
    const work = this.#limited('delete', 'delete_failed', this.#driver.delete(vmId)).finally(() => {
      this.#deletes.delete(vmId);
      if (!this.#queues.has(vmId)) this.#deleted.delete(vmId);
    });
    this.#deletes.set(vmId, work);
    return work;
  }

  list(): Promise<HostVm[]> {
    return this.#limited('list', 'guest_unreachable', this.#driver.list());
  }

  async openLink(vmId: string, service: LinkRequest['service']): Promise<Duplex> {
    if (this.#deletes.has(vmId)) throw gone(vmId);
    return this.#limited('openLink', 'guest_unreachable', this.#driver.openLink(vmId, service));
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  async #inTurn<T>(vmId: string, work: () => Promise<T>): Promise<T> {
    const deletions = this.#deleted.get(vmId) ?? 0;
    const before = Promise.allSettled([this.#queues.get(vmId), this.#deletes.get(vmId)]);
    const turn = before.then(() => {
      if ((this.#deleted.get(vmId) ?? 0) !== deletions) throw gone(vmId);
      return work();
    });
    this.#queues.set(vmId, turn);
    try {
      return await turn;
    } finally {
      if (this.#queues.get(vmId) === turn) {
        this.#queues.delete(vmId);
        if (!this.#deletes.has(vmId)) this.#deleted.delete(vmId);
      }
    }
  }

  async #limited<T>(verb: keyof Deadlines, code: HostErrorCode, work: Promise<T>): Promise<T> {
    const ms = this.#deadlines[verb];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new HostError(code, `${verb} did not end within ${ms} ms`, true)), ms);
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      if (error instanceof HostError) throw error;
      throw new HostError(code, error instanceof Error ? error.message : String(error), true);
    } finally {
      clearTimeout(timer);
    }
  }
}

function gone(vmId: string): HostError {
  return new HostError('unknown_vm', `The machine ${vmId} was deleted`, false);
}
