import {
  expandScopes,
  LASTING_PERMISSIONS,
  type Permission,
  SANDBOX_PERMISSIONS,
} from '@instavm/contract/permissions';
import { ROLES, type RoleName } from '@instavm/contract/roles';

/** A key; one that came of a token exchange and so does not last; a token of one machine. */
export type ScopeHolder = 'key' | 'exchanged' | 'sandbox_token';

/** What scopes grant, and what is left of it under each role. One object for all keys with the same scopes. */
export interface ScopeSet {
  /** JSON text, as stored. */
  scopes: string;
  holder: ScopeHolder;
  under(role: RoleName): ReadonlySet<Permission>;
}

const SCOPE_SETS_MAX = 1000;

/** Few texts of scopes, many keys: each text is expanded once, and once for each role. */
export function scopeSets(): (scopes: string, holder?: ScopeHolder) => ScopeSet {
  const known = new Map<string, ScopeSet>();
  return (scopes, holder = 'key') => {
    const name = holder === 'key' ? scopes : holder + scopes;
    let set = known.get(name);
    if (!set) {
      set = scopeSet(scopes, holder);
      if (known.size < SCOPE_SETS_MAX) known.set(name, set);
    }
    return set;
  };
}

/** Whatever the scopes say, for some holders there is nothing to be had beyond this. */
const MAY_HOLD: Record<ScopeHolder, (name: Permission) => boolean> = {
  key: () => true,
  exchanged: (name) => !LASTING_PERMISSIONS.includes(name),
  sandbox_token: (name) => (SANDBOX_PERMISSIONS as readonly Permission[]).includes(name),
};

function scopeSet(scopes: string, holder: ScopeHolder): ScopeSet {
  const granted = [...expandScopes(JSON.parse(scopes) as string[])].filter(MAY_HOLD[holder]);
  const byRole = new Map<RoleName, ReadonlySet<Permission>>();
  return {
    scopes,
    holder,
    under(role) {
      let permissions = byRole.get(role);
      if (!permissions) {
        const ofRole = new Set(ROLES[role].permissions);
        permissions = new Set(granted.filter((name) => ofRole.has(name)));
        byRole.set(role, permissions);
      }
      return permissions;
    },
  };
}
