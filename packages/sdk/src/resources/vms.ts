import type { Operations, Vm, VmCreate } from '../generated/types.ts';
import { path } from '../internal/path.ts';
import type { Transport } from '../internal/transport.ts';
import { type CallOptions, type OnceOptions, once } from './call-options.ts';

export interface VmCreateOptions {
  memoryMb?: number | undefined;
  vcpuCount?: number | undefined;
  /** Seconds until the machine is ended. */
  lifetimeSeconds?: number | undefined;
  /** It is ended when nobody used it for so long. */
  idleTimeoutSeconds?: number | undefined;
  /** Attach to this session instead of starting one. */
  sessionId?: string | undefined;
  metadata?: Record<string, string> | undefined;
  env?: Record<string, string> | undefined;
  /** False: answer at once, while the machine is still being made. */
  wait?: boolean | undefined;
  /** Further fields, by their names on the wire. */
  extra?: Partial<VmCreate> | undefined;
}

/** Machines. */
export class Vms {
  readonly #send: Transport;
  constructor(send: Transport) {
    this.#send = send;
  }

  create(options: VmCreateOptions = {}, call: OnceOptions = {}): Promise<Vm> {
    const {
      memoryMb,
      vcpuCount,
      lifetimeSeconds,
      idleTimeoutSeconds,
      sessionId,
      metadata,
      env,
      wait = true,
      extra,
    } = options;
    const json = {
      memory_mb: memoryMb,
      vcpu_count: vcpuCount,
      vm_lifetime_seconds: lifetimeSeconds,
      idle_timeout_seconds: idleTimeoutSeconds,
      session_id: sessionId,
      metadata,
      env,
      ...extra,
    };
    return this.#send('POST', '/v1/vms', { query: { wait }, json, ...once(call) });
  }

  /** The live ones. */
  list(call: CallOptions = {}): Promise<Vm[]> {
    return this.#send('GET', '/v1/vms', call);
  }

  /** All records, those of machines that ended included. */
  listAllRecords(call: CallOptions = {}): Promise<Vm[]> {
    return this.#send('GET', '/v1/vms/', call);
  }

  async get(vmId: string, call: CallOptions = {}): Promise<Vm> {
    return this.#send('GET', path`/v1/vms/${vmId}`, call);
  }

  async delete(vmId: string, call: CallOptions = {}): Promise<Operations['vms.delete']['response']> {
    return this.#send('DELETE', path`/v1/vms/${vmId}`, { repeatable: true, ...call });
  }
}
