import { INVALID_CREDENTIAL_DETAIL } from '@instavm/contract';
import type { Permission } from '@instavm/contract/permissions';
import { ROLES, type RoleName } from '@instavm/contract/roles';
import type { Transaction } from 'kysely';
import type { Principal } from '../auth/principal.ts';
import { isAbove } from '../auth/role-rank.ts';
import type { Database } from '../db/schema.ts';
import { ApiError } from '../http/errors.ts';

/** Who changes the team: what they are, and what their credential allows them of it. */
export interface Giver {
  role: RoleName;
  permissions: ReadonlySet<Permission>;
  /** Set when the credential belongs to a service account. */
  serviceAccountId: number | null;
}

/**
 * Nobody gives what they do not hold: no role above their own, and with a key of few scopes none that may do more
 * than the key. Throws permission_denied.
 */
export function mustOutrank(giver: Giver, role: RoleName): void {
  if (isAbove(role, giver.role)) {
    throw new ApiError(
      'permission_denied',
      `This concerns the role ${role}, which is above yours (${giver.role}). Ask somebody who has it.`,
    );
  }
}

/** As `mustOutrank`, for a role that is given. */
export function mustHoldRole(giver: Giver, role: RoleName): void {
  mustOutrank(giver, role);
  const missing = ROLES[role].permissions.find((name) => !giver.permissions.has(name));
  if (missing === undefined) return;
  throw new ApiError(
    'permission_denied',
    `The role ${role} may do more than this credential, which lacks ${missing}. Use one with full scopes.`,
  );
}

/**
 * Who asks, as the database has them inside the transaction: one who was demoted or suspended since their request
 * was read changes nothing. Throws account_suspended or permission_denied.
 */
export async function giverOf(
  trx: Transaction<Database>,
  principal: Principal,
  permission: Permission,
): Promise<Giver> {
  const standing = (await accountIsOpen(trx, principal.accountId)) && (await standingOf(trx, principal));
  if (!standing) throw new ApiError('account_suspended', INVALID_CREDENTIAL_DETAIL);
  if (!ROLES[standing.role].permissions.includes(permission)) {
    throw new ApiError('permission_denied', `The role ${standing.role} lacks the permission ${permission}.`);
  }
  return { ...standing, permissions: principal.permissions };
}

async function accountIsOpen(trx: Transaction<Database>, accountId: number): Promise<boolean> {
  const open = await trx
    .selectFrom('account')
    .select('id')
    .where('id', '=', accountId)
    .where('closed_at', 'is', null)
    .where('suspended_at', 'is', null)
    .executeTakeFirst();
  return open !== undefined;
}

async function standingOf(
  trx: Transaction<Database>,
  principal: Principal,
): Promise<{ role: RoleName; serviceAccountId: number | null } | null> {
  const owner =
    principal.kind === 'person'
      ? { person_id: principal.personId, service_account_id: null }
      : await trx
          .selectFrom('api_key')
          .select(['person_id', 'service_account_id'])
          .where('id', '=', principal.keyId)
          .executeTakeFirstOrThrow();
  const { service_account_id: serviceAccountId } = owner;
  const row =
    serviceAccountId === null
      ? await trx
          .selectFrom('member')
          .select('role')
          .where('account_id', '=', principal.accountId)
          .where('person_id', '=', owner.person_id)
          .where('suspended_at', 'is', null)
          .executeTakeFirst()
      : await trx
          .selectFrom('service_account')
          .select('role')
          .where('account_id', '=', principal.accountId)
          .where('id', '=', serviceAccountId)
          .where('suspended_at', 'is', null)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
  return row ? { role: row.role, serviceAccountId } : null;
}

/** The role under which a credential acts. */
export function roleOf(principal: Principal): RoleName {
  return principal.kind === 'person' ? principal.role : principal.key.owner.role;
}
