import { BlockList, isIP } from 'node:net';
import { formatNetwork, networkOf, parseNetwork } from '@instavm/contract/cidr';

/** Networks as CIDR, to ask which addresses are in one of them. An address alone is a network of one. */
export function networkList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', prefix] = cidr.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(network, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

/** False for what is no address. */
export function includesAddress(list: BlockList, address: string): boolean {
  return address !== '' && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The /24 of an IPv4 address, the /64 of an IPv6 one: what one caller can easily have many addresses of. Null for what
 * is no address. The address is in its one spelling (`canonicalAddress`).
 */
export function networkOfAddress(address: string): string | null {
  // Cheap, because a flood comes this way.
  if (address === '') return null;
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const network = parseNetwork(address);
  return network && formatNetwork(networkOf({ ...network, prefix: 64 }));
}
