import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP, type Socket } from 'node:net';
import { formatNetwork, networkOf, parseNetwork } from '@instavm/contract/cidr';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { includesAddress, networkList } from '../auth/networks.ts';

/** Who sent a request, as far as this server and the proxies that it trusts know. */
export interface Peer {
  /** In its one spelling: v4-mapped v6 as v4, v6 as RFC 5952 writes it, without a zone. */
  address: string;
  /** It came over TLS to this server, or a trusted proxy says that it came over TLS to it. */
  isSecure: boolean;
  /** It never left this machine: neither on its way here nor on its way to a trusted proxy. */
  isLoopback: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    peer: Peer | null;
  }
}

/** The one place that says where a request comes from. */
export function peerOf(request: FastifyRequest): Peer {
  return request.peer!;
}

/** Must be installed before any hook that asks `peerOf`. */
export function installPeer(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const read = peerReader(trustedProxies);
  app.decorateRequest('peer', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.peer = read(request.raw);
    done();
  });
}

/**
 * The caller of a request. `X-Forwarded-For` and `X-Forwarded-Proto` count only from a peer whose address is in
 * `trustedProxies` (networks as CIDR). `Forwarded` (RFC 7239) is not read: proxies pass a caller's own one on unless
 * they are told not to, and two headers that may disagree are one too many.
 */
export function peerReader(trustedProxies: readonly string[]) {
  const trusted = networkList(trustedProxies);
  const ofSocket = new WeakMap<Socket, { peer: Peer; isProxy: boolean }>();
  return ({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): Peer => {
    let known = ofSocket.get(socket);
    if (!known) {
      const address = canonicalAddress(socket.remoteAddress ?? '') ?? '';
      const isSecure = 'encrypted' in socket && socket.encrypted === true;
      const peer = { address, isSecure, isLoopback: isLoopback(address) };
      known = { peer, isProxy: includesAddress(trusted, address) };
      // Before the address is known, on a socket that has closed, nothing is worth keeping.
      if (address !== '') ofSocket.set(socket, known);
    }
    return known.isProxy ? behindProxy(known.peer, headers, trusted) : known.peer;
  };
}

function behindProxy(proxy: Peer, headers: IncomingMessage['headers'], trusted: BlockList): Peer {
  const address = callerOf(proxy.address, headers['x-forwarded-for'], trusted);
  const proto = headers['x-forwarded-proto'];
  return {
    address,
    isSecure: proto === undefined ? proxy.isSecure : saysHttps(proto),
    isLoopback: proxy.isLoopback && isLoopback(address),
  };
}

/** The rightmost entry that is no trusted proxy's: what stands left of it is the caller's own claim. */
function callerOf(proxy: string, header: string | string[] | undefined, trusted: BlockList): string {
  let caller = proxy;
  for (const entry of listOf(header).reverse()) {
    const address = forwardedAddress(entry);
    if (address === null) return proxy;
    caller = address;
    if (!includesAddress(trusted, address)) return caller;
  }
  return caller;
}

/** Every proxy on the way must have said it: a caller's own `https` in front of a proxy's `http` is none. */
function saysHttps(header: string | string[]): boolean {
  const entries = listOf(header);
  return entries.length > 0 && entries.every((entry) => entry.toLowerCase() === 'https');
}

function listOf(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return String(header)
    .split(',')
    .map((entry) => entry.trim());
}

/** An entry may carry a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function forwardedAddress(entry: string): string | null {
  const match = /^(?:\[([^\]%]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(entry);
  const text = match?.[1] ?? match?.[2] ?? entry;
  if (match?.[1] !== undefined && isIP(match[1]) !== 6) return null;
  return text.includes('%') ? null : canonicalAddress(text);
}

/** `::FFFF:192.0.2.1` and `192.0.2.1` are one address, as are `2001:db8:0::1` and `2001:db8::1`. Null for no address. */
export function canonicalAddress(text: string): string | null {
  const [address = ''] = text.split('%', 1);
  const family = isIP(address);
  if (family === 4) return address;
  if (family === 0) return null;
  const network = parseNetwork(address);
  return network && formatNetwork(network).replace(/\/\d+$/, '');
}

/** What one caller is counted by: an IPv4 address, or the /64 in which an IPv6 host may take any address it likes. */
export function countedAs(address: string): string {
  const network = address.includes(':') ? parseNetwork(`${address}/64`) : null;
  return network ? formatNetwork(networkOf(network)) : address;
}

export function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
