import { expandScopes, type Permission } from '@instavm/contract/permissions';
import { ROLES, type RoleName } from '@instavm/contract/roles';
import { isAbove } from '../auth/role-rank.ts';

/** What only counts as much as its holder's role: an owner's key can make owners, an admin's cannot. */
const WEIGHED_BY_ROLE: readonly Permission[] = ['account:write', 'members:write'];

/**
 * Scopes (JSON text) of a key after it was handed over. Whoever held it knows its secret, so it never gets more
 * than it had: what the old owner's role did not allow is cut off.
 */
export function handedOverScopes(scopes: string, from: RoleName, to: RoleName): string {
  const granted = expandScopes(JSON.parse(scopes) as string[]);
  const before = new Set<Permission>(ROLES[from].permissions);
  if (isAbove(to, from)) for (const name of WEIGHED_BY_ROLE) before.delete(name);
  const kept = [...granted].filter((name) => before.has(name));
  return kept.length === granted.size ? scopes : JSON.stringify(kept.sort());
}
