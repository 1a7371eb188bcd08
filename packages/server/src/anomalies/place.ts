import type { BlockList } from 'node:net';
import { formatNetwork, networkOf, parseNetwork } from '@instavm/contract/cidr';
import type { AccountSettings } from '../auth/account-settings.ts';
import { includesAddress, networkList } from '../auth/networks.ts';

/** From where a request came, as coarsely as it says something about who sent it. */
export interface Place {
  /** `203.0.113.0/24`, `2001:db8:1::/48`, the name of a configured place, or `a private network`. */
  id: string;
  /** What the ids of its neighbours begin with: the /16 or /32 around it, which is probably one provider's. */
  region: string;
  /** Of the address; null for a private network, which is far from nowhere. */
  family: 4 | 6 | null;
}

const PRIVATE = networkList([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
  '::1',
  'fc00::/7',
  'fe80::/10',
]);

const LOOPBACK = networkList(['127.0.0.0/8', '::1']);

/** Addresses of this machine and of private networks are one place, because anybody's can be the same. */
export const PRIVATE_PLACE: Place = { id: 'a private network', region: 'a private network\n', family: null };

/** Where a key of an environment is used, beside the networks that its environments say. */
export interface Where {
  /** Null for what is no address. */
  place: Place | null;
  /** Null when the key's own environment says no networks. */
  isInside: boolean | null;
  /** Another environment, whose networks the address is in. */
  foreign: string | null;
}

/** The places and networks of one account, ready to be asked. */
export interface Atlas {
  where(address: string, environment: string | null): Where;
}

const NOWHERE: Where = { place: null, isInside: null, foreign: null };
const KNOWN_MAX = 1000;

/** Answers are kept, because the same few addresses come again and again. */
export function atlasOf({ places, environments }: Pick<AccountSettings, 'places' | 'environments'>): Atlas {
  const named = places.map(({ name, cidrs }) => ({ name, list: networkList(cidrs) }));
  const networks = [...environments]
    .filter(([, settings]) => settings.networks.length > 0)
    .map(([environment, settings]) => ({
      environment: environment as string,
      list: networkList(settings.networks),
    }));
  const known = new Map<string | null, Map<string, Where>>();
  return {
    where(address, environment) {
      const ofEnvironment = known.getOrInsertComputed(environment, () => new Map());
      let where = ofEnvironment.get(address);
      if (!where) {
        where = look(address, environment);
        if (ofEnvironment.size >= KNOWN_MAX) ofEnvironment.clear();
        ofEnvironment.set(address, where);
      }
      return where;
    },
  };

  function look(address: string, environment: string | null): Where {
    const network = parseNetwork(address);
    if (!network) return NOWHERE;
    const inside = networks.filter(({ list }) => includesAddress(list, address));
    const own = networks.find((one) => one.environment === environment);
    const isOwn = own !== undefined && inside.includes(own);
    const foreign = environment === null || isOwn ? null : (inside[0]?.environment ?? null);
    // A tunnel or the machine's own tools end on loopback: no network of anybody's.
    const isInside = own === undefined || includesAddress(LOOPBACK, address) ? null : isOwn;
    return { place: placeOf(address, named), isInside, foreign };
  }
}

function placeOf(address: string, named: readonly { name: string; list: BlockList }[]): Place {
  const configured = named.find(({ list }) => includesAddress(list, address));
  const network = parseNetwork(address)!;
  if (configured) return { ...placeOfId(configured.name), family: network.family };
  if (includesAddress(PRIVATE, address)) return PRIVATE_PLACE;
  return placeOfId(formatNetwork(networkOf({ ...network, prefix: network.family === 4 ? 24 : 48 })));
}

/** Of a place's id again, which is all that is remembered of one. */
export function placeOfId(id: string): Place {
  if (id === PRIVATE_PLACE.id) return PRIVATE_PLACE;
  const family = id.endsWith('.0/24') ? 4 : id.endsWith('::/48') ? 6 : null;
  // No id begins with the region of a configured place: it has no neighbours.
  if (family === null) return { id, region: `${id}\n`, family };
  const mark = family === 4 ? '.' : ':';
  return { id, region: id.slice(0, id.indexOf(mark, id.indexOf(mark) + 1) + 1), family };
}

/** Whether a place's id is of the region of another place. */
export function isNear(id: string, { region }: Place): boolean {
  return id.startsWith(region);
}
