import type { Figures } from './finding.ts';
import type { ShownAnomalyRow } from './store.ts';

/** What may be shown of a key's text. */
export type KeyPrefixOf = (publicId: string) => string;

/** The record as the API shows it. */
export function anomalyRecord(row: ShownAnomalyRow, keyPrefixOf: KeyPrefixOf) {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    sentence: row.sentence,
    figures: JSON.parse(row.figures) as Figures,
    api_key_id: row.api_key_id,
    key_prefix: keyPrefixOf(row.public_id),
    key_label: row.label,
    environment: row.environment as 'production' | 'development' | 'testing' | null,
    first_seen_at: row.first_seen_at,
    last_seen_at: row.last_seen_at,
    count: row.count,
    quarantined: row.quarantined === 1,
    quiet_until: row.quiet_until,
    resolved_at: row.resolved_at,
    resolved_by: row.resolved_by,
  };
}
