import { expandScopes, type Permission } from '@instavm/contract/permissions';
import { ROLES, type RoleName } from '@instavm/contract/roles';

/** What scopes grant, and what is left of it under each role. One object for all keys with the same scopes. */
export interface ScopeSet {
  /** JSON text, as stored. */
  scopes: string;
  under(role: RoleName): ReadonlySet<Permission>;
}

const SCOPE_SETS_MAX = 1000;

/** Few texts of scopes, many keys: each text is expanded once, and once for each role. */
export function scopeSets(): (scopes: string) => ScopeSet {
  const known = new Map<string, ScopeSet>();
  return (scopes) => {
    let set = known.get(scopes);
    if (!set) {
      set = scopeSet(scopes);
      if (known.size < SCOPE_SETS_MAX) known.set(scopes, set);
    }
    return set;
  };
}

function scopeSet(scopes: string): ScopeSet {
  const granted = expandScopes(JSON.parse(scopes) as string[]);
  const byRole = new Map<RoleName, ReadonlySet<Permission>>();
  return {
    scopes,
    under(role) {
      let permissions = byRole.get(role);
      if (!permissions) {
        const ofRole = new Set(ROLES[role].permissions);
        permissions = new Set([...granted].filter((name) => ofRole.has(name)));
        byRole.set(role, permissions);
      }
      return permissions;
    },
  };
}
