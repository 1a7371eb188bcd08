import { isIP } from 'node:net';
import { formatNetwork, parseNetwork } from '@instavm/contract/cidr';
import { includesAddress, networkList } from '../auth/networks.ts';

/**
 * What webhooks never reach unless the operator allows it: the special-purpose registries of IANA (RFC 6890), and
 * addresses at which clouds tell machines their secrets. Of IPv6 only 2000::/3 is in use for the world at large.
 */
const SPECIAL: readonly [kind: string, networks: string[]][] = [
  ['this machine itself', ['0.0.0.0/8', '127.0.0.0/8', '::/127']],
  ['a private network', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fec0::/10']],
  ["a provider's own network", ['100.64.0.0/10']],
  ['the link alone, where clouds keep metadata', ['169.254.0.0/16', 'fe80::/10']],
  ["a cloud's own service", ['168.63.129.16/32']],
  ['many machines at once', ['224.0.0.0/4', 'ff00::/8']],
  ['another network behind a translator', ['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32']],
  ['documentation', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32', '3fff::/20']],
  ['reserved', ['192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4', '2001::/23']],
];

const special = SPECIAL.map(([kind, networks]) => ({ kind, list: networkList(networks) }));
const worldWide = networkList(['0.0.0.0/0', '2000::/3']);

/** What the operator allows beyond the public internet. */
export interface Reach {
  /** Null when webhooks may go to the address; else why not, as the rest of a sentence about it. */
  problem(address: string, protocol: string): string | null;
  /** Whether anything beyond the public internet is allowed. */
  isWidened: boolean;
}

export function reachOf(allowed: readonly string[]): Reach {
  const list = networkList(allowed);
  return {
    isWidened: allowed.length > 0,
    problem(address, protocol) {
      const plain = canonical(address);
      if (plain === null) return 'is no address';
      if (includesAddress(list, plain)) return null;
      const kind = special.find((one) => includesAddress(one.list, plain))?.kind;
      if (kind) return `stands for ${kind}`;
      if (!includesAddress(worldWide, plain)) return 'stands for reserved';
      return protocol === 'https:' ? null : 'is reached by https alone';
    },
  };
}

/**
 * Null when an endpoint may have this address as far as its text tells; names are looked up when something is sent.
 * What the URL parser makes of `http://2130706433/` or `http://[::ffff:7f00:1]/` counts, not how it was written.
 */
export function urlRefusal(text: string, reach: Reach): string | null {
  const { hostname, protocol } = new URL(text);
  const host = literalOf(hostname);
  const addresses = isIP(host) !== 0 ? [host] : isOwnName(host) ? OWN_ADDRESSES : [];
  const problems = addresses.map((address) => reach.problem(address, protocol));
  if (problems.length > 0 && problems.every((problem) => problem !== null)) {
    return `${hostname} ${problems[0]}; give a public https address, or have the operator allow it with INSTAVM_WEBHOOK_ALLOW`;
  }
  if (protocol === 'http:' && !reach.isWidened)
    return 'is plain http, which anybody on the way can read; give an https address';
  return null;
}

/** The host of a URL without the brackets of IPv6 and the dot at the end of a name. */
export function literalOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

export const OWN_ADDRESSES: readonly string[] = ['127.0.0.1', '::1'];

/** Names that are this machine without being looked up (RFC 6761). */
export function isOwnName(host: string): boolean {
  return /^(?:.+\.)?localhost$/i.test(host);
}

/** In one spelling, and an IPv4 address that was written as IPv6 as what it is. */
function canonical(address: string): string | null {
  const network = parseNetwork(address);
  return network && formatNetwork(network).replace(/\/\d+$/, '');
}
