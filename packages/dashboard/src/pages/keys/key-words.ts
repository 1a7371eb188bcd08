import { ENVIRONMENTS, namesOf } from '@instavm/contract/states';
import type { ApiKey, Environment, KeyStatus } from '../../api/types.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { ChoiceOption } from '../../ui/choice.tsx';
import { MILLISECONDS_PER_DAY } from '../../words/time.ts';

export const STATUS_TONES: Record<KeyStatus, Tone> = {
  active: 'good',
  revoked: 'neutral',
  expired: 'neutral',
  disabled: 'warn',
  rotated: 'neutral',
};

/** An end nearer than this is shown as one to act on, as the API's own header is. */
export const EXPIRES_SOON_DAYS = 14;

export function expiresSoon(key: Pick<ApiKey, 'status' | 'expires_at'>, now: number): boolean {
  if (!isLive(key) || key.expires_at === null) return false;
  return Date.parse(key.expires_at) - now < EXPIRES_SOON_DAYS * MILLISECONDS_PER_DAY;
}

/** True for a key that works or may work again. */
export const isLive = ({ status }: Pick<ApiKey, 'status'>) => status === 'active' || status === 'disabled';

export type EnvironmentChoice = Environment | 'none';

export const ENVIRONMENT_CHOICES: ChoiceOption<EnvironmentChoice>[] = [
  { value: 'none', label: 'None', hint: 'The key sees every machine of the account.' },
  ...namesOf(ENVIRONMENTS).map((name) => ({
    value: name,
    label: ENVIRONMENTS[name].label,
    hint: `${ENVIRONMENTS[name].meaning} The key sees those alone.`,
  })),
];

/** What a key is called where a sentence names it. */
export const keyName = (key: Pick<ApiKey, 'label' | 'description' | 'key_prefix'>) =>
  key.label ?? firstLine(key.description) ?? `${key.key_prefix}…`;

function firstLine(text: string | null): string | null {
  const line = text?.split('\n', 1)[0]?.trim();
  if (!line) return null;
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Why an ended key cannot be changed any more; null for a living one. */
export function endedRefusal(key: Pick<ApiKey, 'status'>): string | null {
  if (key.status === 'revoked') return 'This key is revoked already. That is final.';
  if (key.status === 'rotated') return 'This key ended when its successor took over.';
  if (key.status === 'expired') return 'This key expired and is refused already.';
  return null;
}

/** `one key`, `3 keys`. */
export const countOfKeys = (count: number) => (count === 1 ? 'one key' : `${count} keys`);

/** The keys that are about to take the place of another, which still lives. */
export function successorsOf(keys: readonly ApiKey[]): Set<number> {
  return new Set(keys.flatMap(({ rotation, rotated_to }) => (rotation && rotated_to ? [rotated_to] : [])));
}
