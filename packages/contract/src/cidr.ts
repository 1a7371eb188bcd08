/**
 * Networks in CIDR notation, IPv4 and IPv6. `2001:db8::/32` -> its first address as bits. Pure, because the
 * dashboard checks what is typed as the server does.
 */
export interface Network {
  family: 4 | 6;
  bits: bigint;
  prefix: number;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** Null when the text is no address and no network. An IPv4 address written as IPv6 (`::ffff:1.2.3.4`) is IPv4. */
export function parseNetwork(text: string): Network | null {
  const match = /^([0-9a-fA-F.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text);
  if (!match) return null;
  const family = match[1]!.includes(':') ? 6 : 4;
  const bits = family === 6 ? parseIpv6(match[1]!) : parseIpv4(match[1]!);
  const prefix = match[2] === undefined ? WIDTH[family] : Number(match[2]);
  if (bits === null || prefix > WIDTH[family]) return null;
  const isMapped = family === 6 && bits >> 32n === 0xffffn && prefix >= 96;
  return isMapped ? { family: 4, bits: bits & 0xffff_ffffn, prefix: prefix - 96 } : { family, bits, prefix };
}

/** The network with the bits behind its prefix cleared. */
export function networkOf({ family, bits, prefix }: Network): Network {
  const hostBits = BigInt(WIDTH[family] - prefix);
  return { family, bits: (bits >> hostBits) << hostBits, prefix };
}

/** RFC 5952 for IPv6, dotted for IPv4, always with its prefix. */
export function formatNetwork({ family, bits, prefix }: Network): string {
  return `${family === 4 ? formatIpv4(bits) : formatIpv6(bits)}/${prefix}`;
}

function parseIpv4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255)) {
    return null;
  }
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | null {
  let groupsText = text;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const v4 = parseIpv4(dotted[2]!);
    if (v4 === null) return null;
    groupsText = `${dotted[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const halves = groupsText.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head!.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head!, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function formatIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');
}

function formatIpv6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = groups.join(':').match(/\b0(?::0)+\b/g) ?? [];
  const longest = zeros.sort((a, b) => b.length - a.length)[0];
  if (!longest) return groups.join(':');
  const text = groups.join(':');
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
