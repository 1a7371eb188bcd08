import { ROLE_NAMES, type RoleName } from '@instavm/contract/roles';

/** True when the first role stands over the second. */
export function isAbove(role: RoleName, other: RoleName): boolean {
  return ROLE_NAMES.indexOf(role) < ROLE_NAMES.indexOf(other);
}
