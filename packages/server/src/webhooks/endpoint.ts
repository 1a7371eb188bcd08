import type { Environment } from '@instavm/contract/states';
import { type EndpointRow, isEnabled } from './endpoint-store.ts';

export const DEFAULTS = { event_patterns: ['*'], timeout_seconds: 10, max_retries: 12 } as const;

/** The record as the API shows it. */
export function endpointRecord(row: EndpointRow) {
  const enabled = isEnabled(row);
  return {
    id: row.id,
    url: row.url,
    status:
      row.deleted_at !== null ? ('deleted' as const) : enabled ? ('enabled' as const) : ('disabled' as const),
    enabled,
    description: row.description,
    environment: row.environment as Environment | null,
    event_patterns: JSON.parse(row.event_patterns) as string[],
    timeout_seconds: row.timeout_seconds,
    max_retries: row.max_retries,
    secret_hint: row.secret_hint,
    created_at: row.created_at,
    updated_at: row.updated_at,
    last_verified_at: row.last_verified_at,
    last_delivery_at: row.last_delivery_at,
    last_failure: row.last_failure,
    disabled_reason: row.disabled_reason,
  };
}

/** Four characters tell two secrets apart and help nobody to guess one. */
export function secretHint(secret: string): string {
  return `${secret.slice(0, 'whsec_'.length + 4)}…`;
}

export interface Settings {
  url?: string | undefined;
  description?: string | null | undefined;
  event_patterns?: string[] | null | undefined;
  timeout_seconds?: number | null | undefined;
  max_retries?: number | null | undefined;
  enabled?: boolean | null | undefined;
}

/** The columns that differ from the row's. A setting that is null goes back to its default. */
export function changesOf(row: EndpointRow, wanted: Settings, at: string): Partial<EndpointRow> {
  const columns: Partial<EndpointRow> = {};
  const { url, description, event_patterns, timeout_seconds, max_retries, enabled } = wanted;
  if (url !== undefined) columns.url = url;
  if (description !== undefined) columns.description = description;
  if (event_patterns !== undefined) columns.event_patterns = patternsText(event_patterns);
  if (timeout_seconds !== undefined) columns.timeout_seconds = timeout_seconds ?? DEFAULTS.timeout_seconds;
  if (max_retries !== undefined) columns.max_retries = max_retries ?? DEFAULTS.max_retries;
  const differing = Object.entries(columns).filter(
    ([name, value]) => row[name as keyof EndpointRow] !== value,
  );
  return {
    ...Object.fromEntries(differing),
    // Whoever answers there now has not shown that they are the right one.
    ...(url !== undefined && url !== row.url ? { last_verified_at: null, ...AFRESH } : {}),
    ...(typeof enabled === 'boolean' && enabled !== isEnabled(row) ? switched(enabled, at) : {}),
  };
}

/** The names of the settings that a change of columns touches. */
export function settingsIn(columns: Partial<EndpointRow>): string[] {
  const settings = ['url', 'description', 'event_patterns', 'timeout_seconds', 'max_retries'] as const;
  return [...settings.filter((name) => name in columns), ...('disabled_at' in columns ? ['enabled'] : [])];
}

export function patternsText(patterns: readonly string[] | null | undefined): string {
  return JSON.stringify([...new Set(patterns ?? DEFAULTS.event_patterns)]);
}

const AFRESH = { failing_since: null, failures: 0, last_failure: null };

function switched(enabled: boolean, at: string): Partial<EndpointRow> {
  return enabled
    ? { disabled_at: null, disabled_reason: null, ...AFRESH }
    : { disabled_at: at, disabled_reason: 'It was switched off by hand.' };
}
