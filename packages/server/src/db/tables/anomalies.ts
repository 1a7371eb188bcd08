import type { AnomalyKind } from '@instavm/contract';

/** What is unusual about keys, and what is usual for them. */
export interface AnomaliesTables {
  anomaly: {
    id: string;
    account_id: number;
    api_key_id: number;
    kind: AnomalyKind;
    /** The place or program that it is about, where it is about one. */
    subject: string | null;
    status: 'open' | 'quiet' | 'resolved';
    /** 0 for what anybody can do who knows the key's public id. */
    is_proven: number;
    sentence: string;
    /** JSON: texts and whole numbers by name. */
    figures: string;
    first_seen_at: string;
    last_seen_at: string;
    count: number;
    /** 1 when the key was disabled because of it; `released_at` is when it was enabled again. */
    quarantined: number;
    released_at: string | null;
    quiet_until: string | null;
    resolved_at: string | null;
    resolved_by: string | null;
  };
  /** As `anomalies/profile-text.ts` writes it. */
  key_profile: { api_key_id: number; profile: string; updated_at: string };
  /** JSON of `Neighbours.entries()`. */
  account_neighbours: { account_id: number; things: string; updated_at: string };
}
