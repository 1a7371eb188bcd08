import type { Duplex } from 'node:stream';
import type { EngineProgress, EngineState, HostVm, Isolation, LinkRequest, VmSpec } from './host-port.ts';

/** What a driver can do beyond the common verbs. False means: the call does not exist yet. */
export interface DriverCapabilities {
  pause: boolean;
  snapshot: boolean;
  clone: boolean;
  restore: boolean;
  watch: boolean;
}

/** Drives machines on this host. Typed errors: HostError of the host port. */
export interface VmDriver {
  readonly name: 'qemu' | 'fake';
  readonly capabilities: DriverCapabilities;
  /** Cheap; reports, never throws. */
  probe(): Promise<DriverProbe>;
  /** Makes what the machine needs on disk. Idempotent by `idempotencyKey`. */
  create(machine: MachineRecord, idempotencyKey: string): Promise<void>;
  /** Starts it, gives it its identity, answers when the guest agent has taken it. Idempotent. */
  start(vmId: string, env: Record<string, string>): Promise<{ isolation: Isolation }>;
  /** Remembers another end of its lifetime, over restarts of the host too. */
  renew(vmId: string, expiresAt: string): Promise<void>;
  /** Legal from every state, idempotent; answers when process, sockets and files are gone. */
  delete(vmId: string): Promise<void>;
  list(): Promise<HostVm[]>;
  openLink(vmId: string, service: LinkRequest['service']): Promise<Duplex>;
  /** Ends what the driver itself holds (connections, timers), never a machine. */
  close(): Promise<void>;
}

export interface MachineRecord extends Omit<VmSpec, 'env'> {
  vmId: string;
  generation: number;
  expiresAt: string;
}

export interface DriverProbe {
  state: EngineState;
  isolation: Isolation;
  cpuModel: string;
  progress: EngineProgress | null;
  detail: string | null;
  templates: string[];
}
