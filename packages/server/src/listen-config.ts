import { formatNetwork, networkOf, parseNetwork } from '@instavm/contract/cidr';

export interface ListenConfig {
  host: string;
  port: number;
  /** Files of a certificate with its chain and of its key, both PEM; null means plain http. */
  tls: { certFile: string; keyFile: string } | null;
  /** Networks as CIDR whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  trustedProxies: string[];
}

/** A host by name or address, in brackets or not, that never leaves this machine. */
export function isLoopbackHost(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[?::1\]?|localhost)$/.test(host);
}

/** Where to listen and how, out of the environment; `portFlag` is the text of `--port`. Mistakes go to `problems`. */
export function parseListenConfig(
  read: (name: string) => string | undefined,
  portFlag: string | undefined,
  problems: string[],
): ListenConfig {
  const before = problems.length;
  const { host, port } = parseListen(read('INSTAVM_LISTEN'), problems);
  const tls = parseTls(read('INSTAVM_TLS_CERT'), read('INSTAVM_TLS_KEY'), problems);
  const trustedProxies = parseProxies(read('INSTAVM_TRUSTED_PROXIES'), problems);
  if (problems.length === before && !isLoopbackHost(host) && tls === null && trustedProxies.length === 0) {
    problems.push(
      `INSTAVM_LISTEN=${read('INSTAVM_LISTEN')} is open to the network, where API keys must not travel unencrypted. ` +
        'Set INSTAVM_TLS_CERT and INSTAVM_TLS_KEY to serve https, or INSTAVM_TRUSTED_PROXIES to the address of the ' +
        'proxy that does, or listen on 127.0.0.1. See docs/https.md.',
    );
  }
  return {
    host,
    port: portFlag === undefined ? port : parsePort('--port', portFlag, problems),
    tls,
    trustedProxies,
  };
}

function parseListen(text: string | undefined, problems: string[]): { host: string; port: number } {
  if (text === undefined) return { host: '127.0.0.1', port: 8080 };
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s[\]/]+)):(\d+)$/.exec(text);
  if (!match) {
    problems.push(`INSTAVM_LISTEN=${text} is not host:port, such as 127.0.0.1:8080.`);
    return { host: '127.0.0.1', port: 8080 };
  }
  return { host: match[1] ?? match[2]!, port: parsePort('INSTAVM_LISTEN', match[3]!, problems) };
}

function parsePort(name: string, text: string, problems: string[]): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  problems.push(`${name}: ${text} is not a port; give 0 to 65535 (0 picks a free one).`);
  return 0;
}

function parseTls(
  certFile: string | undefined,
  keyFile: string | undefined,
  problems: string[],
): ListenConfig['tls'] {
  if (certFile && keyFile) return { certFile, keyFile };
  if (certFile || keyFile) {
    const [given, missing] = certFile
      ? ['INSTAVM_TLS_CERT', 'INSTAVM_TLS_KEY']
      : ['INSTAVM_TLS_KEY', 'INSTAVM_TLS_CERT'];
    problems.push(`${given} is set but ${missing} is not; https needs both files.`);
  }
  return null;
}

function parseProxies(text: string | undefined, problems: string[]): string[] {
  const name = 'INSTAVM_TRUSTED_PROXIES';
  return parseNetworks(name, text, problems).filter((network) => {
    if (!network.endsWith('/0')) return true;
    problems.push(
      `${name}: ${network} would believe every caller; list the addresses of your proxies alone.`,
    );
    return false;
  });
}

/** Addresses and networks, parted by commas or white space, each in its one spelling. Mistakes go to `problems`. */
export function parseNetworks(name: string, text: string | undefined, problems: string[]): string[] {
  return (text ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      const network = parseNetwork(entry);
      if (!network) {
        problems.push(`${name}: ${entry} is no address and no network, such as 192.0.2.7 or 10.1.0.0/16.`);
        return [];
      }
      const whole = networkOf(network);
      if (whole.bits !== network.bits) {
        problems.push(`${name}: ${entry} has bits behind its prefix; did you mean ${formatNetwork(whole)}?`);
        return [];
      }
      return [formatNetwork(network)];
    });
}
