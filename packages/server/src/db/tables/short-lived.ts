import type { Generated } from 'kysely';

/** Trust policies; the keys that come of them, and tokens of machines, are rows of `api_key`. */
export interface ShortLivedTables {
  trust_policy: {
    id: Generated<number>;
    account_id: number;
    /** Who made it, and whose its keys are where no service account is named. */
    person_id: number;
    service_account_id: number | null;
    name: string;
    issuer: string;
    audience: string;
    /** A pattern. */
    subject: string;
    /** JSON, as those of keys. */
    scopes: string;
    environment: string | null;
    max_seconds: number;
    jwks_url: string | null;
    created_at: string;
    deleted_at: string | null;
    last_used_at: string | null;
    /** Keys that were given for it. */
    exchanges: Generated<number>;
  };
}
