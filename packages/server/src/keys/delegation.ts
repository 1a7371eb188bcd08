import { expandScopes } from '@instavm/contract/permissions';
import type { Principal } from '../auth/principal.ts';
import { ApiError } from '../http/errors.ts';

/** Nobody hands out what they do not hold. `scopes` is the JSON text that the key would get. */
export function mustHold(principal: Principal, scopes: string): void {
  const missing = [...expandScopes(JSON.parse(scopes) as string[])].filter(
    (name) => !principal.permissions.has(name),
  );
  if (missing.length === 0) return;
  throw new ApiError(
    'permission_denied',
    `A key can get only the permissions of its maker; yours lacks ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}.`,
  );
}
