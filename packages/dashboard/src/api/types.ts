import type { Environment, KeyStatus, VmState } from '@instavm/contract/states';
import type { Execution, Vm } from '@instavm/sdk';

/** What the dashboard reads and sends, from the contract's generated types, and the few shapes beside the contract. */

export type {
  ApiKey,
  ApiKeyCreate,
  ApiKeyUpdate,
  CreatedApiKey,
  ExplainRequest,
  Explanation,
  KeyNotice,
  KeyRotation,
  RevokedApiKey,
  RotatedApiKey,
  Whoami,
} from '@instavm/sdk';
export type { Environment, KeyStatus };

export type Machine = Vm;
export type MachineStatus = VmState;
export type RunResult = Execution;

/** What the form of a key needs to know of a service account. */
export interface KeyHolder {
  id: number;
  name: string;
  status: 'active' | 'suspended';
}

export interface MachineDraft {
  memory_mb: number;
  vcpu_count: number;
  vm_lifetime_seconds: number;
}

export type Language = 'python' | 'bash';

export interface Run {
  session_id: string;
  language: Language;
  command: string;
  /** Seconds until the machine stops the program. */
  timeout: number;
}

export interface Person {
  id: number;
  name: string;
  email: string;
}

export interface EngineProgress {
  step: number;
  steps: number;
  title: string;
  /** 0 to 1; null where the step's size is unknown. */
  fraction: number | null;
  bytes_done: number | null;
  bytes_total: number | null;
  elapsed_ms: number;
}

/** The body of `/app/readyz`; that of `/readyz` too. */
export interface Readiness {
  ready: boolean;
  database: 'ok' | 'unavailable';
  vm: {
    driver: string;
    isolation: string;
    state: 'preparing' | 'ready' | 'unavailable';
    progress: EngineProgress | null;
    detail: string | null;
  };
}
