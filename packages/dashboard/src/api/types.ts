import type { Environment, KeyStatus, VmState } from '@instavm/contract/states';

/** The records of the HTTP surface that the dashboard reads. Times are RFC 3339 UTC. */

export type { Environment, KeyStatus };

export interface LastUse {
  at: string;
  address: string | null;
  client: string | null;
  route: string | null;
}

export interface ApiKey {
  id: number;
  key_prefix: string;
  user_id: number;
  status: KeyStatus;
  created_at: string;
  expires_at: string | null;
  description: string | null;
  label: string | null;
  environment: Environment | null;
  scopes: string[];
  created_from: { address: string | null; client: string | null } | null;
  last_used: LastUse | null;
}

/** The answer that made a key: the only one that ever holds it. */
export interface NewApiKey extends ApiKey {
  full_key: string;
}

export interface KeyDraft {
  label: string;
  environment: Environment | null;
  expires_at: string | null;
}

export interface RevocationProof {
  status: 'revoked';
  effective_at: string;
  /** `1/1`: how many of the processes that check keys refuse it now. */
  nodes_confirmed: string;
}

export type MachineStatus = VmState;

export interface Machine {
  vm_id: string;
  session_id: string | null;
  status: MachineStatus;
  created_at: string;
  expires_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
  memory_mb: number;
  vcpu_count: number;
  /** null until the machine is placed. */
  isolation: string | null;
  environment: Environment | null;
  api_key_id: number | null;
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

export interface RunResult {
  stdout: string;
  stderr: string;
  exit_code: number | null;
  /** Seconds. */
  execution_time: number;
}

export interface Person {
  id: string | number;
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

export interface Readiness {
  ready: boolean;
  database: string | boolean;
  vm: {
    driver: string;
    isolation: string;
    state: 'preparing' | 'ready' | 'unavailable';
    progress: EngineProgress | null;
    detail: string | null;
  };
}
