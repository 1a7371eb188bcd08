import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { StartError } from './data-folder.ts';
import type { ListenConfig } from './listen-config.ts';

/** -> the port. Throws StartError where whoever starts the server can do something about it. */
export async function listen(app: FastifyInstance, { host, port, tls }: ListenConfig): Promise<number> {
  const listenTextResolver = (address: string) =>
    `Server listening at ${tls ? address.replace(/^http:/, 'https:') : address}`;
  try {
    await app.listen({ host, port, listenTextResolver });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(`Port ${port} is taken; give another one with --port, or stop what uses it.`);
    if (code === 'EACCES')
      throw new StartError(`Port ${port} may not be used by this user; give one above 1023 with --port.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new StartError(
        `INSTAVM_LISTEN: ${host} is no address of this machine; give one that is, or 0.0.0.0 for all.`,
      );
    throw error;
  }
  return (app.server.address() as AddressInfo).port;
}

/** Where people reach a server that was not told its public address. `certified`: what its certificate is for. */
export function ownUrl({ host, tls }: ListenConfig, port: number, certified: readonly string[]): string {
  const listened = host.includes(':') ? `[${host}]` : host;
  // "All addresses" is none that a browser could open.
  const here = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' }[listened] ?? listened;
  if (!tls) return originOf('http', here, port);
  return originOf('https', certified.includes(here) ? here : (certified[0] ?? here), port);
}

/**
 * What the dashboard's pages name as their origin: the public address, this machine by its own names, and with
 * https (`certified` not null) each name that the certificate is for.
 */
export function ownOrigins(url: string, port: number, certified: readonly string[] | null): Set<string> {
  const local = ['127.0.0.1', 'localhost', '[::1]'];
  return new Set([
    url,
    ...local.map((host) => originOf('http', host, port)),
    ...(certified === null ? [] : [...local, ...certified].map((host) => originOf('https', host, port))),
  ]);
}

/** An https address that this server does not serve itself is somebody else's, in front of it. */
export function isBehindUntoldProxy(config: ListenConfig & { publicUrl: string | null }): boolean {
  const { tls, trustedProxies, publicUrl } = config;
  return !tls && trustedProxies.length === 0 && publicUrl?.startsWith('https:') === true;
}

function originOf(protocol: 'http' | 'https', host: string, port: number): string {
  return new URL(`${protocol}://${host}:${port}`).origin;
}
