import type { Principal } from '../auth/principal.ts';
import { ApiError } from '../http/errors.ts';
import type { UsageScope } from './reader.ts';

interface Filters {
  environment?: string | undefined;
  key_id?: number | undefined;
  vm_id?: string | undefined;
}

/**
 * Whose usage a caller asked for and may see: of its account, its environment where it has one, its machine where it
 * is the token of one. Throws 403 for another environment; another account's ids have no usage here, as ids that never
 * were.
 */
export function usageScope(principal: Principal, filters: Filters): UsageScope {
  const { accountId, environment, vmId } = principal;
  if (environment !== null && filters.environment !== undefined && filters.environment !== environment) {
    throw new ApiError(
      'permission_denied',
      `This API key belongs to ${environment} and sees the usage of no other environment. Use a key without an environment, or leave the filter out.`,
    );
  }
  return {
    accountId,
    environment: environment ?? filters.environment ?? null,
    keyId: filters.key_id ?? null,
    vmId: vmId ?? filters.vm_id ?? null,
  };
}
