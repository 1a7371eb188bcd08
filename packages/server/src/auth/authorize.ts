import type { Operation } from '@instavm/contract';
import type { Permission } from '@instavm/contract/permissions';
import type { Principal } from './principal.ts';

export interface Refusal {
  code: 'address_not_allowed' | 'permission_denied' | 'rate_limit_exceeded';
  detail: string;
}

export interface AuthorizationRequest {
  principal: Principal;
  operation: Operation;
  address: string;
  nowMs: number;
}

export type AuthorizationStep = (request: AuthorizationRequest) => Refusal | null;

/** The steps behind a right credential, in their order: address, environment, scope, limit. The first refusal is the answer. */
export function authorizer(steps: {
  address: AuthorizationStep;
  limit: AuthorizationStep;
}): AuthorizationStep {
  const order = [steps.address, checkEnvironment, checkScope, steps.limit];
  return (request) => {
    for (const step of order) {
      const refusal = step(request);
      if (refusal) return refusal;
    }
    return null;
  };
}

/** What concerns the account as a whole, whatever its environment. */
const ACCOUNT_WIDE: ReadonlySet<Permission> = new Set([
  'account:write',
  'audit:read',
  'members:write',
  'ssh-keys:write',
]);

/**
 * A key's environment narrows what its operations see: every store query takes it from the principal. What acts on
 * the account itself, and so on its other environments, is refused as a whole.
 */
const checkEnvironment: AuthorizationStep = ({ principal, operation }) =>
  principal.environment === null || operation.permission === null || !ACCOUNT_WIDE.has(operation.permission)
    ? null
    : {
        code: 'permission_denied',
        detail: `This API key belongs to ${principal.environment}, and ${operation.permission} concerns the whole account. Use a key without an environment.`,
      };

const checkScope: AuthorizationStep = ({ principal, operation }) =>
  operation.permission === null || principal.permissions.has(operation.permission)
    ? null
    : {
        code: 'permission_denied',
        detail: `${principal.kind === 'api_key' ? 'This API key lacks' : 'Your role lacks'} the permission ${operation.permission}. Use a key that has it, or ask the owner of the account for one.`,
      };

/** Requests are not limited: `INSTAVM_RATE_LIMIT` can only be `off` in this version. */
export const noLimit: AuthorizationStep = () => null;
