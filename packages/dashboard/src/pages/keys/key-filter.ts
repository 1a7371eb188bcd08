import type { ApiKey, KeyStatus } from '../../api/types.ts';
import { type EnvironmentChoice, isLive } from './key-words.ts';

/** `live`: those that work or may work again. */
export type StatusChoice = 'live' | 'all' | KeyStatus;

export interface KeyFilter {
  q: string;
  env: EnvironmentChoice | 'all';
  status: StatusChoice;
  /** Only keys with a notice. */
  attention: boolean;
}

/** The keys that the filter lets through. The search looks at what a person remembers of a key. */
export function filterKeys(keys: readonly ApiKey[], filter: KeyFilter): ApiKey[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return keys.filter((key) => {
    if (!hasStatus(key, filter.status)) return false;
    if (filter.env !== 'all' && (key.environment ?? 'none') !== filter.env) return false;
    if (filter.attention && key.notices.length === 0) return false;
    const text = textOf(key);
    return words.every((word) => text.includes(word));
  });
}

export const needsAttention = (keys: readonly ApiKey[]) =>
  keys.filter((key) => isLive(key) && key.notices.length > 0).length;

function hasStatus(key: ApiKey, choice: StatusChoice): boolean {
  if (choice === 'all') return true;
  return choice === 'live' ? isLive(key) : key.status === choice;
}

function textOf(key: ApiKey): string {
  const { label, description, key_prefix, owner, last_used } = key;
  return [label, description, key_prefix, owner, last_used?.address, last_used?.client, `#${key.id}`]
    .join(' ')
    .toLowerCase();
}
