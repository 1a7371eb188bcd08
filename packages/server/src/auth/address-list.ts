import { BlockList, isIP } from 'node:net';
import type { AuthorizationStep } from './authorize.ts';

/**
 * Refuses a key's use from outside its address list. Parsed lists are kept by their text, because many keys share few.
 */
export function addressStep(): AuthorizationStep {
  const parsed = new Map<string, BlockList>();
  return ({ principal, address }) => {
    if (principal.kind !== 'api_key') return null;
    const text = principal.allowedCidrs;
    if (text === '[]') return null;
    let list = parsed.get(text);
    if (!list) {
      list = parseCidrs(JSON.parse(text) as string[]);
      if (parsed.size < 10_000) parsed.set(text, list);
    }
    if (list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return null;
    return {
      code: 'address_not_allowed',
      detail: `This API key may not be used from ${address}. Use it from an address on its list, or have the list changed.`,
    };
  };
}

function parseCidrs(cidrs: string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', bits] = cidr.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(network, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}
