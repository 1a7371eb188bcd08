import type { ApiKey, Environment, KeyStatus } from '../../api/types.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { ChoiceOption } from '../../ui/choice.tsx';
import { MILLISECONDS_PER_DAY } from '../../words/time.ts';

export const STATUS_WORDS: Record<KeyStatus, { tone: Tone; words: string }> = {
  active: { tone: 'good', words: 'Active' },
  revoked: { tone: 'neutral', words: 'Revoked' },
  expired: { tone: 'warn', words: 'Expired' },
  disabled: { tone: 'warn', words: 'Disabled' },
  rotated: { tone: 'neutral', words: 'Rotated' },
};

export const ENVIRONMENT_WORDS: Record<Environment, string> = {
  production: 'Production',
  development: 'Development',
  testing: 'Testing',
};

export type EnvironmentChoice = Environment | 'none';

export const ENVIRONMENT_CHOICES: ChoiceOption<EnvironmentChoice>[] = [
  { value: 'none', label: 'None', hint: 'The key sees every machine of the account.' },
  { value: 'production', label: 'Production', hint: 'The key sees machines of production alone.' },
  { value: 'development', label: 'Development', hint: 'The key sees machines of development alone.' },
  { value: 'testing', label: 'Testing', hint: 'The key sees machines of testing alone.' },
];

export type Life = 'never' | '7' | '30' | '90' | '365';

export const LIFE_CHOICES: ChoiceOption<Life>[] = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '7', label: '7 days' },
  {
    value: 'never',
    label: 'Never',
    hint: 'It works until you revoke it. Good for a server of yours, poor for a laptop.',
  },
];

/** When a key of this life ends, as the server takes it; null = never. */
export function expiryOf(life: Life, now: number): string | null {
  return life === 'never' ? null : new Date(now + Number(life) * MILLISECONDS_PER_DAY).toISOString();
}

export interface KeyFilter {
  q: string;
  env: EnvironmentChoice | 'all';
  show: 'live' | 'all';
}

/** The keys that the filter lets through. The search looks at what a person remembers of a key. */
export function filterKeys(keys: readonly ApiKey[], filter: KeyFilter): ApiKey[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return keys.filter((key) => {
    if (filter.show === 'live' && !isLiveStatus(key.status)) return false;
    if (filter.env !== 'all' && (key.environment ?? 'none') !== filter.env) return false;
    const text = [key.label, key.description, key.key_prefix, key.last_used?.address, key.last_used?.client]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const isLiveStatus = (status: KeyStatus) => status === 'active' || status === 'disabled';

/** What a key is called where a sentence names it. */
export const keyName = (key: ApiKey) => key.label ?? key.description ?? `${key.key_prefix}…`;
