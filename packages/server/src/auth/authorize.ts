import type { Operation } from '@instavm/contract';
import { LASTING_PERMISSIONS, type Permission } from '@instavm/contract/permissions';
import type { Principal } from './principal.ts';

export interface Refusal {
  code: 'address_not_allowed' | 'permission_denied';
  detail: string;
}

export interface AuthorizationRequest {
  principal: Principal;
  operation: Operation;
  address: string;
  nowMs: number;
}

export type AuthorizationStep = (request: AuthorizationRequest) => Refusal | null;

/**
 * The steps behind a right credential, in their order: address, machine, environment, scope. The first refusal is the
 * answer. Limits come behind them (`limits/limiter.ts`), because they count: what is refused here is not counted.
 */
export function authorizer(steps: { address: AuthorizationStep }): AuthorizationStep {
  const order = [steps.address, checkMachine, checkEnvironment, checkScope];
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
  'metrics:read',
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

/** A sandbox token asks what is made for it, and every store query takes its machine from the principal. */
const checkMachine: AuthorizationStep = ({ principal, operation }) => {
  const { sandboxPermission: needed } = operation;
  if (principal.vmId === null || (needed && principal.permissions.has(needed))) return null;
  const detail = needed
    ? `This sandbox token lacks the permission ${needed}. Make one that has it, from outside the machine.`
    : `A sandbox token acts on its own machine alone, and ${operation.id} concerns more. Use an API key.`;
  return { code: 'permission_denied', detail };
};

const checkScope: AuthorizationStep = ({ principal, operation }) =>
  operation.permission === null || principal.vmId !== null || principal.permissions.has(operation.permission)
    ? null
    : { code: 'permission_denied', detail: lacking(principal, operation.permission) };

function lacking(principal: Principal, permission: Permission): string {
  if (principal.kind === 'api_key' && principal.key.scopeSet.holder === 'exchanged') {
    if (LASTING_PERMISSIONS.includes(permission))
      return `This API key came of a token exchange and ends within the hour, and ${permission} makes what lasts. Use a lasting key.`;
  }
  return `${principal.kind === 'api_key' ? 'This API key lacks' : 'Your role lacks'} the permission ${permission}. Use a key that has it, or ask the owner of the account for one.`;
}
