import type { Environment } from '@instavm/contract/states';
import type { Generated } from 'kysely';

/** Endpoints and deliveries with their attempts. */
export interface WebhooksTables {
  webhook_endpoint: {
    id: string;
    account_id: number;
    /** Null: events of every environment. */
    environment: Environment | null;
    url: string;
    description: string | null;
    /** JSON list. */
    event_patterns: string;
    timeout_seconds: number;
    max_retries: number;
    /** Sealed. */
    secret: Uint8Array;
    secret_hint: string;
    created_at: string;
    /** Number of the event of its making: it gets what came later. */
    created_seq: number;
    updated_at: string;
    disabled_at: string | null;
    disabled_reason: string | null;
    deleted_at: string | null;
    last_verified_at: string | null;
    last_delivery_at: string | null;
    /** Why the last attempt failed; null once one has succeeded. */
    last_failure: string | null;
    /** Since the last success: when the first attempt failed, and how many did. */
    failing_since: string | null;
    failures: Generated<number>;
  };
  webhook_delivery: {
    /** In the order in which they were made. */
    number: Generated<number>;
    id: string;
    endpoint_id: string;
    account_id: number;
    /** Of its endpoint. */
    environment: Environment | null;
    /** Number of the event in the audit trail, which holds what is sent. */
    event_seq: number;
    event_type: string;
    /** 1: asked for to try the endpoint. */
    is_test: Generated<number>;
    vm_id: string | null;
    /** Deliveries of an endpoint that have this in common go one after the other. */
    ordered_by: string | null;
    status: 'pending' | 'succeeded' | 'failed' | 'dead';
    /** JSON list. */
    attempts: Generated<string>;
    attempt_count: Generated<number>;
    /** Null once it is settled, and while it waits for an earlier one. */
    next_attempt_at: string | null;
    created_at: string;
    /** When it succeeded or was given up. */
    settled_at: string | null;
    last_status_code: number | null;
    last_error: string | null;
    replay_of: string | null;
  };
}
