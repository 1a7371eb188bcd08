import type { Generated } from 'kysely';

/** Mail that waits to be sent, links that it holds, and what was announced of keys. */
export interface MailTables {
  mail_message: {
    id: Generated<number>;
    /** One mail for each of these, however often it is asked for. */
    dedupe_key: string;
    kind: string;
    recipient: string;
    /** Subject and both bodies, sealed; null once it was sent or given up. */
    sealed: Uint8Array | null;
    created_at: string;
    attempts: Generated<number>;
    /** Null once it was sent or given up. */
    next_attempt_at: string | null;
    sent_at: string | null;
    last_error: string | null;
  };
  /** A link in a mail that does something for one person, once. */
  person_link: {
    id: Generated<number>;
    person_id: number;
    purpose: 'reset_password' | 'verify_email';
    /** The address that it was sent to: it proves this one and no later one. */
    email: string;
    /** SHA-256 of the token, which is nowhere else. */
    token_digest: Uint8Array;
    created_at: string;
    expires_at: string;
    used_at: string | null;
  };
  /** Each of these is said of a key once. */
  key_announcement: { api_key_id: number; kind: 'expiring' | 'idle'; days: number; ends_at: string };
}
