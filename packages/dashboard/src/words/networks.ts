import { formatNetwork, networkOf, parseNetwork } from '@instavm/contract/cidr';

export type NetworkCheck =
  | { ok: true; network: string }
  /** `meant`: what could stand there instead, nearest first. */
  | { ok: false; problem: string; meant: string[] };

/** Checks one entry of an address list as the server does, and says which network was meant. */
export function checkNetwork(text: string): NetworkCheck {
  const network = parseNetwork(text);
  if (!network) {
    return { ok: false, problem: 'is not a network like 192.0.2.0/24 or 2001:db8::/32', meant: [] };
  }
  const whole = networkOf(network);
  if (whole.bits === network.bits) return { ok: true, network: formatNetwork(network) };
  return {
    ok: false,
    problem: `is an address inside ${formatNetwork(whole)}`,
    meant: [formatNetwork(whole), formatNetwork({ ...network, prefix: network.family === 4 ? 32 : 128 })],
  };
}

/** The entries of a pasted text, which white space, commas or semicolons divide. */
export const splitNetworks = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

/** What is unusual about a right entry; null when nothing is. */
export function networkAdvice(network: string): string | null {
  const { prefix, family } = parseNetwork(network) ?? {};
  if (prefix === 0) return `Every ${family === 4 ? 'IPv4' : 'IPv6'} address is in it.`;
  return null;
}
