import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Reach } from './addresses.ts';
import type { Resolve } from './resolver.ts';

export interface GuardDeps {
  reach: Reach;
  resolve: Resolve;
}

export interface GuardedAgents {
  'http:': HttpAgent;
  'https:': HttpsAgent;
}

/** An address that nothing may be sent to. Its message names no address that a name stands for. */
export class AddressRefused extends Error {
  override name = 'AddressRefused';
}

/**
 * Connections to the world. Each goes to an address that was judged after the name was looked up, and to that very
 * address: a name that changes its mind in between gains nothing. No proxy, and certificates are always checked.
 */
export function guardedAgents(deps: GuardDeps, options: AgentOptions = {}): GuardedAgents {
  return {
    'http:': guarded(new HttpAgent(options), 'http:', deps),
    'https:': guarded(new HttpsAgent({ ...options, rejectUnauthorized: true }), 'https:', deps),
  };
}

function guarded<A extends HttpAgent>(agent: A, protocol: string, { reach, resolve }: GuardDeps): A {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const host = options.host ?? '';
    if (isIP(host) === 0) return connect({ ...options, lookup: vettedLookup }, done);
    const problem = reach.problem(host, protocol);
    if (problem === null) return connect(options, done);
    process.nextTick(() => done?.(refused(host, problem), undefined as unknown as Duplex));
    return undefined;
  };
  return agent;

  function vettedLookup(...[hostname, { all }, done]: Parameters<LookupFunction>): void {
    vettedAddresses(hostname).then(
      (addresses) => (all ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family)),
      (error) => done(error, ''),
    );
  }

  async function vettedAddresses(hostname: string) {
    const addresses = await resolve(hostname);
    const judged = addresses.map((address) => ({ address, problem: reach.problem(address, protocol) }));
    const fit = judged.filter(({ problem }) => problem === null);
    if (fit.length > 0) return fit.map(({ address }) => ({ address, family: isIP(address) }));
    throw refused(hostname, judged[0]?.problem ?? 'has no address');
  }
}

/** Without the address that a name stands for: names of a network within are nobody's business. */
function refused(host: string, problem: string): AddressRefused {
  return new AddressRefused(`${host} ${problem}; nothing is sent there.`);
}
