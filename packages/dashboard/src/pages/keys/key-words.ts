import { ENVIRONMENTS, namesOf } from '@instavm/contract/states';
import type { ApiKey, Environment, KeyStatus } from '../../api/types.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { ChoiceOption } from '../../ui/choice.tsx';
import { MILLISECONDS_PER_DAY } from '../../words/time.ts';

export const STATUS_TONES: Record<KeyStatus, Tone> = {
  active: 'good',
  revoked: 'neutral',
  expired: 'warn',
  disabled: 'warn',
  rotated: 'neutral',
};

/** An end nearer than this is shown as one to act on, as the API's own notice is. */
export const EXPIRES_SOON_DAYS = 14;

export function expiresSoon(key: ApiKey, now: number): boolean {
  if (key.status !== 'active' || key.expires_at === null) return false;
  return Date.parse(key.expires_at) - now < EXPIRES_SOON_DAYS * MILLISECONDS_PER_DAY;
}

export type EnvironmentChoice = Environment | 'none';

export const ENVIRONMENT_CHOICES: ChoiceOption<EnvironmentChoice>[] = [
  { value: 'none', label: 'None', hint: 'The key sees every machine of the account.' },
  ...namesOf(ENVIRONMENTS).map((name) => ({
    value: name,
    label: ENVIRONMENTS[name].label,
    hint: `${ENVIRONMENTS[name].meaning} The key sees those alone.`,
  })),
];

export type Life = 'never' | '7' | '30' | '90' | '365';

export const LIFE_CHOICES: ChoiceOption<Life>[] = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
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
