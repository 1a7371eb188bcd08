import type { Duplex } from 'node:stream';

/**
 * The port between a control plane and a machine host (JSON values, no shared memory, no file paths).
 * Embedded today, over the network later; every command carries `epoch`, so that a host that was declared
 * lost cannot act on old orders, and every machine a `generation`.
 */
export interface VmHost {
  /** Never throws because the engine is missing: `engine.state` says so. */
  hello(): Promise<HostHello>;
  /** Idempotent by `opKey`: the same key gives the same answer and no second effect. */
  apply(command: HostCommand): Promise<HostReply>;
  /** Reads the machine (processes, sockets, overlays), never a database. */
  list(): Promise<HostVm[]>;
  /** A byte stream with credit to a service of the guest agent. Throws HostError. */
  openLink(request: LinkRequest): Promise<Duplex>;
}

export type EngineState = 'preparing' | 'ready' | 'unavailable';
export type Isolation = 'kvm' | 'emulated' | 'none';

export interface HostHello {
  hostId: string;
  /** Fresh for each start of the host. */
  bootId: string;
  protocol: { min: number; max: number };
  driver: 'qemu' | 'fake';
  isolation: Isolation;
  cpuModel: string;
  capacity: { vcpus: number; memoryMb: number };
  /** Digests of the templates that are ready. */
  templates: string[];
  engine: { state: EngineState; progress: EngineProgress | null; detail: string | null };
}

/** One step of making the engine ready; printed by the server and shown by the dashboard. */
export interface EngineProgress {
  /** 1-based. */
  step: number;
  steps: number;
  title: string;
  /** 0 to 1 within this step, null when unknown. */
  fraction: number | null;
  /** Bytes so far and in all, for downloads. */
  bytesDone: number | null;
  bytesTotal: number | null;
  elapsedMs: number;
}

export interface VmSpec {
  memoryMb: number;
  vcpuCount: number;
  hostname: string;
  /** Handed to the guest's memory at create; never written to disk by the host. */
  env: Record<string, string>;
}

interface CommandBase {
  opKey: string;
  epoch: number;
  vmId: string;
  generation: number;
}
export type HostCommand =
  | (CommandBase & { verb: 'create'; spec: VmSpec; expiresAt: string })
  | (CommandBase & { verb: 'renew'; expiresAt: string })
  | (CommandBase & { verb: 'delete'; reason: string });

/**
 * done: a create answers after the guest agent has taken its identity; a renew after the machine itself remembers
 * when it ends; a delete after nothing is left.
 * stale: older epoch or generation. full: no room. conflict: the opKey was used for something else.
 */
export type HostReply =
  | { status: 'done'; isolation: Isolation }
  | { status: 'stale' | 'full' | 'conflict'; detail: string };

export interface HostVm {
  vmId: string;
  generation: number;
  state: 'running' | 'stopped' | 'broken';
  isolation: Isolation;
  memoryMb: number;
  vcpuCount: number;
  expiresAt: string;
  /** Why it is not running, with the last console lines where there are some. */
  detail: string | null;
}

export interface LinkRequest {
  vmId: string;
  generation: number;
  service: 'run' | 'put-file' | 'get-file';
  /** Names the caller's operation in the host's log; checked for rights once hosts are remote. */
  ticket: string;
}

export type HostErrorCode =
  | 'engine_not_ready'
  | 'unknown_vm'
  | 'stale_epoch'
  | 'vm_not_running'
  | 'guest_unreachable'
  | 'create_failed'
  | 'already_exists'
  | 'delete_failed'
  | 'disk_full';

/** `retryable` says whether the same call can succeed later without anybody changing anything. */
export class HostError extends Error {
  override name = 'HostError';
  readonly code: HostErrorCode;
  readonly retryable: boolean;
  constructor(code: HostErrorCode, message: string, retryable: boolean) {
    super(message);
    this.code = code;
    this.retryable = retryable;
  }
}
