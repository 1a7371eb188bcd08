import type { RoleName } from '@instavm/contract/roles';
import type { Kysely, Transaction } from 'kysely';
import type { Owners } from '../auth/owners.ts';
import { type Change, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, notFound } from '../http/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { OwnerKeys } from '../keys/owner-changes.ts';
import type { TeamChange } from './members.ts';
import {
  findServiceAccount,
  insertServiceAccount,
  listServiceAccounts,
  nameIsTaken,
  type ServiceAccountRow,
  setServiceAccount,
} from './service-account-store.ts';
import { giverOf, mustHoldRole, mustOutrank } from './standing.ts';

const SERVICE_ACCOUNTS_MAX = 200;

export interface ServiceAccountsDeps {
  db: Kysely<Database>;
  owners: Owners;
  keys: KeyRing;
  ownerKeys: OwnerKeys;
  now(): number;
}

/** Owners of keys that are no people. As with members: committed, then in force, then answered. */
export class ServiceAccounts {
  readonly #deps: ServiceAccountsDeps;
  constructor(deps: ServiceAccountsDeps) {
    this.#deps = deps;
  }

  async create(by: TeamChange, input: { name: string; role: RoleName }): Promise<ServiceAccountRow> {
    const { accountId, personId } = by.principal;
    const at = this.#nowText();
    const made = await mutate(this.#deps.db, by.actor, at, async (trx) => {
      mustHoldRole(await giverOf(trx, by.principal, 'members:write'), input.role);
      await mustBeFree(trx, accountId, input.name, null);
      if ((await listServiceAccounts(trx, accountId)).length >= SERVICE_ACCOUNTS_MAX) {
        throw new ApiError(
          'limit_reached',
          `An account has at most ${SERVICE_ACCOUNTS_MAX} service accounts. Delete those that are no longer used.`,
        );
      }
      const id = await insertServiceAccount(trx, {
        account_id: accountId,
        ...input,
        created_by: personId,
        created_at: at,
      });
      await record(trx, at, by, 'service_account.created', id, { role: input.role });
      return (await findServiceAccount(trx, accountId, id))!;
    });
    applyServiceAccount(this.#deps.owners, accountId, made);
    return made;
  }

  async update(
    by: TeamChange,
    id: number,
    patch: { name?: string | undefined; role?: RoleName | undefined },
  ): Promise<ServiceAccountRow> {
    return this.#change(by, id, async (trx, before, at) => {
      const giver = await giverOf(trx, by.principal, 'members:write');
      mustOutrank(giver, before.role);
      const name = patch.name === before.name ? undefined : patch.name;
      const role = patch.role === before.role ? undefined : patch.role;
      if (role) mustHoldRole(giver, role);
      if (name) await mustBeFree(trx, by.principal.accountId, name, id);
      if (!role && !name) return;
      await setServiceAccount(trx, id, { ...(name && { name }), ...(role && { role }) });
      await record(trx, at, by, 'service_account.updated', id, role ? { from: before.role, to: role } : {});
    });
  }

  async suspend(by: TeamChange, id: number): Promise<ServiceAccountRow> {
    return this.#change(by, id, async (trx, before, at) => {
      mustOutrank(await giverOf(trx, by.principal, 'members:write'), before.role);
      if (before.suspended_at !== null) return;
      await setServiceAccount(trx, id, { suspended_at: at });
      await record(trx, at, by, 'service_account.suspended', id);
    });
  }

  async resume(by: TeamChange, id: number): Promise<ServiceAccountRow> {
    return this.#change(by, id, async (trx, before, at) => {
      mustOutrank(await giverOf(trx, by.principal, 'members:write'), before.role);
      if (before.suspended_at === null) return;
      await setServiceAccount(trx, id, { suspended_at: null });
      await record(trx, at, by, 'service_account.restored', id);
    });
  }

  /** Ends its keys with it. */
  async delete(by: TeamChange, id: number): Promise<{ revoked: number }> {
    const { accountId } = by.principal;
    const at = this.#nowText();
    const rows = await mutate(this.#deps.db, by.actor, at, async (trx) => {
      const before = await findServiceAccount(trx, accountId, id);
      const giver = await giverOf(trx, by.principal, 'members:write');
      if (!before) throw notFound('serviceAccounts');
      mustOutrank(giver, before.role);
      const ended = await this.#deps.ownerKeys.end(
        trx,
        by.actor,
        { accountId, serviceAccountId: id },
        'owner_removed',
        at,
      );
      await setServiceAccount(trx, id, { deleted_at: at });
      await record(trx, at, by, 'service_account.deleted', id, {
        revoked: ended.filter(({ kind }) => kind === 'api_key').length,
      });
      return ended;
    });
    this.#deps.owners.serviceAccount(accountId, id).isActive = false;
    for (const row of rows) this.#deps.keys.apply(row);
    return { revoked: rows.filter(({ kind }) => kind === 'api_key').length };
  }

  async #change(
    { actor, principal: { accountId } }: TeamChange,
    id: number,
    work: (trx: Transaction<Database>, before: ServiceAccountRow, at: string) => Promise<void>,
  ): Promise<ServiceAccountRow> {
    const at = this.#nowText();
    const row = await mutate(this.#deps.db, actor, at, async (trx) => {
      const before = await findServiceAccount(trx, accountId, id);
      if (!before) throw notFound('serviceAccounts');
      await work(trx, before, at);
      return (await findServiceAccount(trx, accountId, id))!;
    });
    applyServiceAccount(this.#deps.owners, accountId, row);
    return row;
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

/** Puts a service account's row in force for all keys of it. */
export function applyServiceAccount(
  owners: Owners,
  accountId: number,
  row: Pick<ServiceAccountRow, 'id' | 'role' | 'suspended_at'>,
): void {
  const owner = owners.serviceAccount(accountId, row.id);
  owner.role = row.role;
  owner.isActive = row.suspended_at === null;
}

async function mustBeFree(
  trx: Transaction<Database>,
  accountId: number,
  name: string,
  exceptId: number | null,
): Promise<void> {
  if (!(await nameIsTaken(trx, accountId, name, exceptId))) return;
  throw new ApiError(
    'name_taken',
    'Another service account of this account has the same name. Choose another.',
  );
}

async function record(
  trx: Transaction<Database>,
  at: string,
  { actor, principal }: TeamChange,
  event: Change['event'],
  id: number,
  payload: Record<string, unknown> = {},
): Promise<void> {
  await recordChange(trx, at, actor, {
    accountId: principal.accountId,
    event,
    resourceType: 'service_account',
    resourceId: String(id),
    payload,
  });
}
