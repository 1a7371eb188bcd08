import type { BlockList } from 'node:net';
import type { AuthorizationStep } from './authorize.ts';
import { includesAddress, networkList } from './networks.ts';

/** Whether a list (JSON text of networks; `[]` allows all) lets an address in. */
export type AddressCheck = (cidrs: string, address: string) => boolean;

const LISTS_MAX = 10_000;

/** Parsed lists are kept by their text, because many keys share few. */
export function addressCheck(): AddressCheck {
  const parsed = new Map<string, BlockList>();
  return (cidrs, address) => {
    if (cidrs === '[]') return true;
    let list = parsed.get(cidrs);
    if (!list) {
      list = networkList(JSON.parse(cidrs) as string[]);
      if (parsed.size < LISTS_MAX) parsed.set(cidrs, list);
    }
    const folded = address.replace(/^::ffff:(?=\d+\.)/i, '');
    return includesAddress(list, folded);
  };
}

/** Refuses a key's use from outside its address list. */
export function addressStep(allowed: AddressCheck): AuthorizationStep {
  return ({ principal, address }) => {
    if (principal.kind !== 'api_key' || allowed(principal.allowedCidrs, address)) return null;
    return {
      code: 'address_not_allowed',
      detail: `This API key may not be used from ${address}. Use it from an address on its list, or have the list changed.`,
    };
  };
}
