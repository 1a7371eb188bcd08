import { ENVIRONMENTS, KEY_STATUSES, namesOf } from '@instavm/contract/states';
import type { KeyFilter } from './key-filter.ts';

/** What the address of the list says. A value that is not ours falls back to the usual one. */
export interface KeysSearch extends KeyFilter {
  sort: string;
}

export const KEYS_SEARCH: KeysSearch = {
  q: '',
  env: 'all',
  status: 'live',
  attention: false,
  sort: '-created',
};

const ENVIRONMENT_VALUES = ['all', 'none', ...namesOf(ENVIRONMENTS)] as const;
const STATUS_VALUES = ['live', 'all', ...namesOf(KEY_STATUSES)] as const;

export function readKeysSearch(given: Record<string, unknown>): KeysSearch {
  const sort = String(given.sort ?? KEYS_SEARCH.sort);
  return {
    // The address may hold `q=42`, which the router reads as a number.
    q: given.q === undefined ? '' : String(given.q),
    env: ENVIRONMENT_VALUES.find((environment) => environment === given.env) ?? 'all',
    status: STATUS_VALUES.find((status) => status === given.status) ?? 'live',
    attention: given.attention === true || given.attention === 1,
    sort: /^-?[a-z_]+$/.test(sort) ? sort : KEYS_SEARCH.sort,
  };
}
