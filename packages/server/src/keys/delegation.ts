import type { Permission } from '@instavm/contract/permissions';
import type { Principal } from '../auth/principal.ts';
import { ApiError } from '../http/errors.ts';

/** Nobody hands out what they do not hold. `permissions`: what the key could do, within the role of its owner. */
export function mustHold(principal: Principal, permissions: ReadonlySet<Permission>): void {
  const missing = [...permissions].filter((name) => !principal.permissions.has(name));
  if (missing.length === 0) return;
  throw new ApiError(
    'permission_denied',
    `A key can get only the permissions of its maker; yours lacks ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}.`,
  );
}

/** A key of an environment acts on keys of that environment alone. */
export function mustStayInside(principal: Principal, environment: string | null): void {
  if (principal.environment === null || environment === principal.environment) return;
  throw new ApiError(
    'permission_denied',
    `This API key can make and change keys of ${principal.environment} only.`,
  );
}

/** What a key may do cannot be changed by that key. */
export function mustNotBeItself(principal: Pick<Principal, 'keyId'>, keyId: number): void {
  if (principal.keyId !== keyId) return;
  throw new ApiError('permission_denied', 'A key cannot change itself. Use another key or the dashboard.');
}

/** These rules, for whatever else hands out what credentials may do. */
export interface Delegation {
  mustHold: typeof mustHold;
  mustStayInside: typeof mustStayInside;
}

export const delegation: Delegation = { mustHold, mustStayInside };
