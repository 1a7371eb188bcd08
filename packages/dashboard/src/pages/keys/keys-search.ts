import { ENVIRONMENTS, namesOf } from '@instavm/contract/states';
import type { KeyFilter } from './key-words.ts';

/** What the address of the list says. A value that is not ours falls back to the usual one. */
export interface KeysSearch extends KeyFilter {
  sort: string;
}

export const KEYS_SEARCH: KeysSearch = { q: '', env: 'all', show: 'live', sort: '-created' };

const CHOICES = ['all', 'none', ...namesOf(ENVIRONMENTS)] as const;

export function readKeysSearch(given: Record<string, unknown>): KeysSearch {
  const sort = String(given.sort ?? KEYS_SEARCH.sort);
  return {
    // The address may hold `q=42`, which the router reads as a number.
    q: given.q === undefined ? '' : String(given.q),
    env: CHOICES.find((environment) => environment === given.env) ?? 'all',
    show: given.show === 'all' ? 'all' : 'live',
    sort: /^-?[a-z_]+$/.test(sort) ? sort : KEYS_SEARCH.sort,
  };
}
