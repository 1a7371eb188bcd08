import type { ApiKey, ApiKeyCreate, ApiKeyUpdate } from '../../api/types.ts';
import { MILLISECONDS_PER_DAY } from '../../words/time.ts';
import type { EnvironmentChoice } from './key-words.ts';

/** Days as text, `never`, or a moment that is chosen by hand. */
export type Expiry = '30' | '90' | '365' | 'never' | 'at';

/** What the forms of a key hold while somebody fills them in. */
export interface KeyDraft {
  label: string;
  description: string;
  owner: string;
  environment: EnvironmentChoice;
  scopes: string[];
  expiry: Expiry;
  /** The moment for `at`, ISO. */
  expiresAt: string | null;
  notBefore: string | null;
  /** Days as typed; empty = never. */
  idleDays: string;
  addresses: string[];
  serviceAccountId: number | null;
}

export const NEW_KEY: KeyDraft = {
  label: '',
  description: '',
  owner: '',
  environment: 'none',
  scopes: ['full'],
  expiry: '90',
  expiresAt: null,
  notBefore: null,
  idleDays: '',
  addresses: [],
  serviceAccountId: null,
};

/** The forms' view of a key that exists. */
export function draftOf(key: ApiKey): KeyDraft {
  return {
    label: key.label ?? '',
    description: key.description ?? '',
    owner: key.owner ?? '',
    environment: key.environment ?? 'none',
    scopes: key.scopes,
    expiry: key.expires_at === null ? 'never' : 'at',
    expiresAt: key.expires_at,
    notBefore: key.not_before,
    idleDays: key.idle_expiry_days === null ? '' : String(key.idle_expiry_days),
    addresses: key.allowed_cidrs ?? [],
    serviceAccountId: key.service_account_id,
  };
}

/** When a key of this life ends, as the server takes it; null = never. */
export function expiryOf(draft: Pick<KeyDraft, 'expiry' | 'expiresAt'>, now: number): string | null {
  if (draft.expiry === 'never') return null;
  if (draft.expiry === 'at') return draft.expiresAt;
  return new Date(now + Number(draft.expiry) * MILLISECONDS_PER_DAY).toISOString();
}

/** Limits and quotas have a form of their own. */
type KeyBounds =
  | 'rate_limit'
  | 'concurrent_requests'
  | 'quota_machines'
  | 'quota_vm_seconds'
  | 'quota_executions'
  | 'quarantine';

/** Every field as the API takes it. Null clears a field of a key that exists, and is none of a new one. */
export function settableFields(draft: KeyDraft, now: number): Required<Omit<ApiKeyUpdate, KeyBounds>> {
  return {
    label: draft.label.trim() || null,
    description: draft.description.trim() || null,
    owner: draft.owner.trim() || null,
    environment: draft.environment === 'none' ? null : draft.environment,
    scopes: draft.scopes,
    expires_at: expiryOf(draft, now),
    not_before: draft.notBefore,
    idle_expiry_days: draft.idleDays.trim() === '' ? null : Number(draft.idleDays),
    allowed_cidrs: draft.addresses.length === 0 ? null : draft.addresses,
  };
}

/** The body that makes a key: what was not given is left out. */
export function creationOf(draft: KeyDraft, now: number): ApiKeyCreate {
  const fields = { ...settableFields(draft, now), service_account_id: draft.serviceAccountId };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** Only what differs from the key as it is: another's change of another field stays. */
export function changesOf(key: ApiKey, draft: KeyDraft, now: number): ApiKeyUpdate {
  const before: Record<string, unknown> = { ...key };
  return Object.fromEntries(
    Object.entries(settableFields(draft, now)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(normal(before[name])),
    ),
  );
}

/** The server may say "no list" with an empty one. */
const normal = (value: unknown) => (Array.isArray(value) && value.length === 0 ? null : (value ?? null));

/** What can be told to be wrong before the server is asked, by the name of the API's field. */
export function draftProblems(draft: KeyDraft, now: number): Record<string, string> {
  const problems: Record<string, string> = {};
  const expires = expiryOf(draft, now);
  if (draft.expiry === 'at' && expires === null) problems.expires_at = 'Give a date and a time.';
  if (expires !== null && Date.parse(expires) <= now) problems.expires_at = 'This time has passed.';
  if (expires !== null && draft.notBefore !== null && draft.notBefore >= expires) {
    problems.not_before = 'It would begin after its end.';
  }
  const days = draft.idleDays.trim();
  if (days !== '' && !(/^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= 3650)) {
    problems.idle_expiry_days = 'Give a whole number of days from 1 to 3650, or leave it empty.';
  }
  if (draft.scopes.length === 0) problems.scopes = 'Choose at least one permission.';
  return problems;
}
