import { lookup, Resolver } from 'node:dns/promises';
import { isOwnName, OWN_ADDRESSES } from './addresses.ts';

/** All addresses of a name. Throws NameError. */
export interface Resolve {
  (hostname: string): Promise<readonly string[]>;
  /** Ends the look-ups that are under way. */
  close?(): void;
}

/** The name could not be looked up. */
export class NameError extends Error {
  override name = 'NameError';
  readonly code: string;
  constructor(code: string) {
    super(`the name could not be looked up (${code})`);
    this.code = code;
  }
}

const TIMEOUT_MS = 3000;
const TRIES = 2;

/** Each holds one of the few threads that files and passwords need too, for as long as the system likes to wait. */
const SYSTEM_AT_ONCE_MAX = 2;

export interface ResolverOptions {
  asksSystem: boolean;
  /** Name servers with their ports; the system's unless given. */
  servers?: readonly string[];
}

/**
 * Asks the name servers without a thread, so that one who answers slowly holds nothing else up. The system, which also
 * knows files and search domains of its own, is asked where receivers within may be reached and DNS knows no answer.
 */
export function resolver({ asksSystem, servers }: ResolverOptions): Resolve {
  let asking = 0;
  const running = new Set<Resolver>();
  const resolve = async (hostname: string) => {
    if (isOwnName(hostname)) return OWN_ADDRESSES;
    const dns = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
    if (servers) dns.setServers(servers);
    running.add(dns);
    const answers = await Promise.allSettled([dns.resolve4(hostname), dns.resolve6(hostname)]);
    running.delete(dns);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (found.length > 0) return found;
    if (asksSystem && asking < SYSTEM_AT_ONCE_MAX) {
      asking++;
      try {
        const known = await lookup(hostname, { all: true, order: 'verbatim' });
        return known.map(({ address }) => address);
      } catch {
        // Said below, in the words of DNS.
      } finally {
        asking--;
      }
    }
    const [refusal] = answers;
    throw new NameError(
      refusal!.status === 'rejected' ? ((refusal.reason as { code?: string }).code ?? 'EUNKNOWN') : 'ENODATA',
    );
  };
  const close = () => {
    for (const dns of running) dns.cancel();
  };
  return Object.assign(resolve, { close });
}
