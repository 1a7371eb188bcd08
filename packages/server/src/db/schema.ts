import type { Timeout, TimeSource } from '@instavm/contract/machine-times';
import type { RoleName } from '@instavm/contract/roles';
import type { Environment, KeyEndReason } from '@instavm/contract/states';
import type { Generated } from 'kysely';
import type { ChainedRow } from './audit-chain.ts';
import type { AnomaliesTables } from './tables/anomalies.ts';
import type { MailTables } from './tables/mail.ts';
import type { QuotasTables } from './tables/quotas.ts';
import type { RepeatedAnswersTables } from './tables/repeated-answers.ts';
import type { ShortLivedTables } from './tables/short-lived.ts';
import type { UsageTables } from './tables/usage.ts';
import type { WebhooksTables } from './tables/webhooks.ts';

/** Times are RFC 3339 UTC text; lists and objects are JSON text; flags are a time or null. */
export interface Database
  extends QuotasTables,
    UsageTables,
    AnomaliesTables,
    WebhooksTables,
    ShortLivedTables,
    MailTables,
    RepeatedAnswersTables {
  account: {
    id: Generated<number>;
    name: string;
    created_at: string;
    closed_at: string | null;
    suspended_at: string | null;
    /** A key older than this is marked. */
    key_age_days: Generated<number>;
    /** Live keys; null is the server's own bound. */
    max_keys: number | null;
    /** People's sessions end when unused for so long, and at the latest after so long. */
    session_idle_minutes: Generated<number>;
    session_max_hours: Generated<number>;
    rate_limit: string | null;
    /** Of keys without one of their own. */
    key_rate_limit: string | null;
    concurrent_requests: number | null;
    quota_machines: number | null;
    quota_vm_seconds: number | null;
    quota_executions: number | null;
    machine_idle_timeout_seconds: number | null;
    machine_lifetime_seconds: number | null;
    machine_lifetime_max_seconds: number | null;
    /** 1: keys whose use looks like an attack are disabled. */
    quarantine: Generated<number>;
    /** JSON: names of places and their networks. */
    places: Generated<string>;
    /** JSON: what the account's own limits and quotas cannot exceed. */
    operator_limits: Generated<string>;
  };
  environment_setting: {
    account_id: number;
    environment: Environment;
    rate_limit: string | null;
    concurrent_requests: number | null;
    machine_idle_timeout_seconds: number | null;
    machine_lifetime_seconds: number | null;
    machine_lifetime_max_seconds: number | null;
    /** JSON: networks that its keys are used from. */
    networks: Generated<string>;
  };
  /** How far each reader of the audit trail has come. */
  event_reader: { name: string; seq: number };
  server_setting: { name: string; value: string };
  person: {
    id: Generated<number>;
    name: string;
    email: string;
    email_verified: number;
    image: string | null;
    created_at: string;
    updated_at: string;
  };
  member: {
    account_id: number;
    person_id: number;
    role: RoleName;
    created_at: string;
    suspended_at: string | null;
    /** Sign-ins up to this one do not work in the account: somebody ended them. */
    sign_ins_after: Generated<number>;
  };
  /** Owns keys in a person's stead, so that they outlive whoever made them. */
  service_account: {
    id: Generated<number>;
    account_id: number;
    name: string;
    role: RoleName;
    created_by: number;
    created_at: string;
    suspended_at: string | null;
    deleted_at: string | null;
  };
  invitation: {
    id: Generated<number>;
    account_id: number;
    email: string;
    role: RoleName;
    /** SHA-256 of the link's token, which is nowhere else. */
    token_digest: Uint8Array;
    invited_by: number;
    invited_by_service_account: number | null;
    created_at: string;
    expires_at: string;
    accepted_at: string | null;
    accepted_by: number | null;
    revoked_at: string | null;
  };
  person_session: {
    id: Generated<number>;
    token: string;
    person_id: number;
    expires_at: string;
    ip_address: string | null;
    user_agent: string | null;
    created_at: string;
    updated_at: string;
    /** The account that the person works in; null is their first. */
    account_id: number | null;
  };
  /** One way to sign in of one person; for `provider_id` `credential` it holds the password's hash. */
  person_credential: {
    id: Generated<number>;
    person_id: number;
    provider_id: string;
    provider_account_id: string;
    access_token: string | null;
    refresh_token: string | null;
    id_token: string | null;
    access_token_expires_at: string | null;
    refresh_token_expires_at: string | null;
    scope: string | null;
    password: string | null;
    created_at: string;
    updated_at: string;
  };
  person_verification: {
    id: Generated<number>;
    identifier: string;
    value: string;
    expires_at: string;
    created_at: string;
    updated_at: string;
  };
  api_key: ApiKeyTable;
  vm: VmTable;
  session: {
    id: string;
    account_id: number;
    vm_id: string;
    environment: string | null;
    metadata: string;
    /** In force: of its start, or of its last renewal. */
    lifetime_seconds: number;
    created_at: string;
    expires_at: string;
    ended_at: string | null;
    end_reason: string | null;
    /** Which settings its times are; null for sessions from before this was kept. */
    lifetime_from: TimeSource | null;
    idle_timeout_from: TimeSource | null;
    lifetime_max_from: TimeSource | null;
    /** The timeout that ended it; null when something else did. */
    ended_by: Timeout | null;
  };
  execution: {
    id: string;
    account_id: number;
    session_id: string;
    language: string;
    stdout: string;
    stderr: string;
    exit_code: number | null;
    wall_seconds: number | null;
    cpu_seconds: number | null;
    created_at: string;
    ended_at: string | null;
  };
  ssh_key: {
    id: Generated<number>;
    account_id: number;
    public_key: string;
    fingerprint: string;
    comment: string;
    created_at: string;
  };
  /** A new key's text, sealed, for the caller whose answer was lost. */
  sealed_answer: {
    caller: string;
    key_digest: string;
    request_digest: string;
    subject: number;
    sealed: Uint8Array;
    expires_at: string;
  };
  /** Which secret each version of the pepper is, by its fingerprint. */
  pepper_version: { version: number; fingerprint: string; first_seen_at: string; retired_at: string | null };
  /** One row. Taking the next number locks it to the commit, so that no reader of the feed can skip a late one. */
  feed_head: {
    id: number;
    seq: number;
    /** Hash of the newest audit row. */
    audit_hash: string;
  };
  change: { seq: number; at: string; account_id: number; kind: string; subject: string };
  /** Only ever added to; `audit-chain.ts` says what `hash` covers. Account 0 is the server itself. */
  audit_event: ChainedRow & { hash: string };
  /** The newest audit row of each account. */
  audit_head: { account_id: number; seq: number; hash: string };
}

export interface ApiKeyTable {
  id: Generated<number>;
  public_id: string;
  digest: Uint8Array;
  pepper_version: number;
  account_id: number;
  person_id: number;
  label: string | null;
  description: string | null;
  environment: string | null;
  scopes: string;
  owner: string | null;
  created_from_address: string | null;
  created_from_client: string | null;
  created_at: string;
  not_before: string | null;
  expires_at: string | null;
  idle_expiry_days: number | null;
  allowed_cidrs: string;
  rate_limit: string | null;
  concurrent_requests: number | null;
  quota_machines: number | null;
  quota_vm_seconds: number | null;
  quota_executions: number | null;
  /** 1 or 0; null follows the account. */
  quarantine: number | null;
  disabled_at: string | null;
  ended_at: string | null;
  end_reason: KeyEndReason | null;
  /** The owner, in place of the person who made it. */
  service_account_id: number | null;
  rotated_to: number | null;
  rotated_from: number | null;
  /** Of a key that has a successor: how and when at the latest it ends. */
  rotation_policy: 'on_first_use' | 'at' | 'now' | null;
  rotation_ends_at: string | null;
  /** Of a successor: when it was first seen working. */
  first_used_at: string | null;
  sent_in_clear_at: string | null;
  seen_in_url_at: string | null;
  last_used_at: string | null;
  last_used_address: string | null;
  last_used_client: string | null;
  last_used_route: string | null;
  /** A key of an account, or a token of one machine. */
  kind: Generated<'api_key' | 'sandbox_token'>;
  /** The one machine of a sandbox token. */
  vm_id: string | null;
  /** What let somebody exchange a token of an issuer for it. */
  trust_policy_id: number | null;
  seq: number;
}

export interface VmTable {
  id: string;
  account_id: number;
  session_id: string;
  api_key_id: number | null;
  /** The first key of the chain of rotations that its maker is in: one quota for the whole chain. */
  quota_key_id: number | null;
  person_id: number;
  environment: string | null;
  metadata: string;
  memory_mb: number;
  vcpu_count: number;
  generation: number;
  host_id: string;
  isolation: string | null;
  /** What was asked for. */
  desired: 'running' | 'deleted';
  /** What was last seen; `contract` names the words. */
  observed: 'creating' | 'active' | 'terminated' | 'failed';
  created_at: string;
  expires_at: string;
  /** No renewal goes beyond it; null for machines from before there was one. */
  absolute_expires_at: string | null;
  idle_timeout_seconds: number | null;
  /** Written in batches; null until it was used. */
  last_used_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
  seq: number;
}
