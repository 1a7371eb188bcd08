import type { Environment, KeyStatus, VmState } from '@instavm/contract/states';
import type { Execution, Vm } from '@instavm/sdk';

/** What the dashboard reads and sends, from the contract's generated types, and the few shapes beside the contract. */

/** A sign-in of somebody else's, as an admin sees it. */
export type {
  Account,
  AccountUpdate,
  Anomaly,
  ApiKey,
  ApiKeyCreate,
  ApiKeyUpdate,
  ClosedAccount,
  CreatedApiKey,
  CreatedInvitation,
  CreatedSandboxToken,
  CreatedWebhookEndpoint,
  EnvironmentSettings,
  EnvironmentSettingsUpdate,
  ExplainRequest,
  Explanation,
  Invitation,
  KeyNotice,
  KeyRotation,
  KeyUsage,
  Member,
  RemovedMember,
  RevokedApiKey,
  RotatedApiKey,
  SandboxToken,
  SandboxTokenCreate,
  ServiceAccount,
  SignInSession as MemberSession,
  TrustPolicy,
  TrustPolicyCreate,
  Usage,
  UsageFigures,
  UsagePart,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointCreate,
  WebhookEndpointUpdate,
  Whoami,
} from '@instavm/sdk';
export type { Environment, KeyStatus };

export type Machine = Vm;
export type MachineStatus = VmState;
export type RunResult = Execution;

/** What an invitation's link offers to whoever holds it. */
export interface InvitationOffer {
  email: string;
  role: string;
  account_name: string;
  invited_by: string;
  expires_at: string;
  person_exists: boolean;
}

/** An account that the signed-in person is a member of. */
export interface AccountChoice {
  id: number;
  name: string;
  role: string;
  /** False when they are suspended in it, or it is closed. */
  usable: boolean;
  /** They work in it now. */
  current: boolean;
}

/** A sign-in of the signed-in person: one browser, from one password to its end. */
export interface SignInSession {
  id: number;
  /** It is this browser's. */
  current: boolean;
  created_at: string;
  last_used_at: string;
  /** Unless it is used before then. */
  expires_at: string;
  address: string | null;
  client: string | null;
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
  end_other_sessions: boolean;
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
