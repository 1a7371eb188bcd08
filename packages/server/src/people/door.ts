import { INVALID_CREDENTIAL_DETAIL, type Operation } from '@instavm/contract';
import type { Permission } from '@instavm/contract/permissions';
import { ROLE_NAMES, ROLES, type RoleName } from '@instavm/contract/roles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.ts';
import { ApiError } from '../http/errors.ts';
import { NEEDS_RECENT_SIGN_IN, RECENT_SIGN_IN_MS } from './session-rules.ts';
import { type ReadSignedIn, requireSignedIn } from './signed-in.ts';

const PERMISSIONS_OF = new Map<RoleName, ReadonlySet<Permission>>(
  ROLE_NAMES.map((role) => [role, new Set(ROLES[role].permissions)]),
);

/**
 * The signed-in person behind a request to the dashboard's door: the session cookie and nothing else counts. Role
 * and suspension are read from the database each time, so a change holds from the next request on.
 */
export function personOfCookie(deps: { readSignedIn: ReadSignedIn; now(): number }) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
    operation: Pick<Operation, 'id'>,
  ): Promise<Principal> => {
    const { person, working, signedInAtMs } = await requireSignedIn(deps.readSignedIn, request, reply);
    if (!working?.usable) throw new ApiError('account_suspended', INVALID_CREDENTIAL_DETAIL);
    if (NEEDS_RECENT_SIGN_IN.has(operation.id) && deps.now() - signedInAtMs > RECENT_SIGN_IN_MS) {
      throw new ApiError(
        'recent_sign_in_required',
        'You gave your password more than 12 hours ago. Confirm it, then do this again.',
      );
    }
    return {
      kind: 'person',
      keyId: null,
      personId: person.id,
      accountId: working.account_id,
      role: working.role,
      environment: null,
      vmId: null,
      permissions: PERMISSIONS_OF.get(working.role)!,
      source: 'cookie',
    };
  };
}
