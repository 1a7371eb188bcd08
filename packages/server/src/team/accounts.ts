import type { RoleName } from '@instavm/contract/roles';
import type { Environment } from '@instavm/contract/states';
import type { Kysely, Transaction } from 'kysely';
import type { EnvironmentRow, OperatorLimits } from '../auth/account-settings.ts';
import { applyAccount } from '../auth/owner-store.ts';
import type { Owners } from '../auth/owners.ts';
import { type Actor, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, invalidField } from '../http/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { OwnerKeys } from '../keys/owner-changes.ts';
import { isNamed } from './account.ts';
import { type AccountPatch, type AccountRow, findAccount, setAccount } from './account-store.ts';
import {
  type EnvironmentPatch,
  environmentsOf,
  findEnvironment,
  setEnvironment,
} from './environment-store.ts';
import type { TeamChange } from './members.ts';
import { type OperatorLimitsPatch, withLimits } from './operator-limits.ts';
import { giverOf } from './standing.ts';

export interface AccountsDeps {
  db: Kysely<Database>;
  owners: Owners;
  keys: KeyRing;
  ownerKeys: OwnerKeys;
  now(): number;
}

export interface ClosedAccount {
  closedAt: string;
  /** API keys that ended with it. */
  revoked: number;
}

export interface ClosingOutcome {
  /** As it was before. */
  account: AccountRow;
  /** Null when it was closed before, or was called something else. */
  closed: ClosedAccount | null;
}

/** Settings and the end of an account. As with members: committed, then in force, then answered. */
export class Accounts {
  readonly #deps: AccountsDeps;
  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  async update(by: TeamChange, patch: AccountPatch): Promise<AccountRow> {
    const { accountId } = by.principal;
    const at = this.#nowText();
    const changed = await mutate(this.#deps.db, by.actor, at, async (trx) => {
      await giverOf(trx, by.principal, 'account:write');
      const before = (await findAccount(trx, accountId))!;
      const fields = Object.keys(patch).filter(
        (name) => patch[name as keyof AccountPatch] !== before[name as keyof AccountPatch],
      );
      if (fields.length === 0) return { row: before, environments: await environmentsOf(trx, accountId) };
      const after = await setAccount(trx, accountId, patch);
      await recordChange(trx, at, by.actor, {
        accountId,
        event: 'account.updated',
        resourceType: 'account',
        resourceId: String(accountId),
        payload: { fields },
      });
      return { row: after, environments: await environmentsOf(trx, accountId) };
    });
    applyAccount(this.#deps.owners, changed.row, changed.environments);
    return changed.row;
  }

  /** Settings of one environment. */
  async updateEnvironment(
    by: TeamChange,
    environment: Environment,
    patch: EnvironmentPatch,
  ): Promise<EnvironmentRow> {
    const { accountId } = by.principal;
    const at = this.#nowText();
    const changed = await mutate(this.#deps.db, by.actor, at, async (trx) => {
      await giverOf(trx, by.principal, 'account:write');
      const before = await findEnvironment(trx, accountId, environment);
      const fields = Object.keys(patch).filter(
        (name) => patch[name as keyof EnvironmentPatch] !== before[name as keyof EnvironmentPatch],
      );
      const after = { ...before, ...patch };
      if (fields.length > 0) {
        await setEnvironment(trx, after);
        await recordChange(trx, at, by.actor, {
          accountId,
          environment,
          event: 'account.environment_updated',
          resourceType: 'account',
          resourceId: String(accountId),
          payload: { fields },
        });
      }
      const row = (await findAccount(trx, accountId))!;
      return { row, environments: await environmentsOf(trx, accountId), after };
    });
    applyAccount(this.#deps.owners, changed.row, changed.environments);
    return changed.after;
  }

  /** Closes the caller's own. Only an owner may, and only by its name. Its machines are the caller's to end. */
  async close(by: TeamChange, name: string): Promise<ClosedAccount> {
    const closed = await this.#close(by.actor, by.principal.accountId, async (trx, account) => {
      mustBeOwner((await giverOf(trx, by.principal, 'account:write')).role);
      if (!isNamed(account, name)) {
        throw invalidField('name', `is not the name of this account; it is called ${account.name}`);
      }
      return true;
    });
    return closed!;
  }

  /**
   * The operator's, by the name as well; null asks what it is called and closes nothing. Undefined when there is no
   * such account. Its machines are the caller's to end.
   */
  async closeAny(actor: Actor, accountId: number, name: string | null): Promise<ClosingOutcome | undefined> {
    let found: AccountRow | undefined;
    const closed = await this.#close(actor, accountId, async (_trx, account) => {
      found = account;
      return account.closed_at === null && name !== null && isNamed(account, name);
    });
    return found && { account: found, closed };
  }

  /** The operator's: refuses everybody and every key of an account until it is restored. Undefined when there is none. */
  async setSuspended(actor: Actor, accountId: number, suspended: boolean): Promise<AccountRow | undefined> {
    const at = this.#nowText();
    const changed = await mutate(this.#deps.db, actor, at, async (trx) => {
      const before = await findAccount(trx, accountId);
      if (!before) return undefined;
      const environments = await environmentsOf(trx, accountId);
      if ((before.suspended_at !== null) === suspended) return { row: before, environments };
      const row = await setAccount(trx, accountId, { suspended_at: suspended ? at : null });
      await recordChange(trx, at, actor, {
        accountId,
        event: suspended ? 'account.suspended' : 'account.restored',
        resourceType: 'account',
        resourceId: String(accountId),
      });
      return { row, environments };
    });
    if (changed) applyAccount(this.#deps.owners, changed.row, changed.environments);
    return changed?.row;
  }

  /**
   * The operator's: what the account's own limits and quotas cannot exceed. Null takes a bound away, absent fields
   * stay. Undefined when there is no such account.
   */
  async setLimits(
    actor: Actor,
    accountId: number,
    given: OperatorLimitsPatch,
  ): Promise<AccountRow | undefined> {
    const at = this.#nowText();
    const changed = await mutate(this.#deps.db, actor, at, async (trx) => {
      const before = await findAccount(trx, accountId);
      if (!before) return undefined;
      const environments = await environmentsOf(trx, accountId);
      const { limits, fields } = withLimits(JSON.parse(before.operator_limits) as OperatorLimits, given);
      if (fields.length === 0) return { row: before, environments };
      const row = await setAccount(trx, accountId, { operator_limits: JSON.stringify(limits) });
      await recordChange(trx, at, actor, {
        accountId,
        event: 'account.limits_set',
        resourceType: 'account',
        resourceId: String(accountId),
        // As text: numbers of the trail are whole.
        payload: Object.fromEntries(fields.map((field) => [field, String(limits[field] ?? 'none')])),
      });
      return { row, environments };
    });
    if (changed) applyAccount(this.#deps.owners, changed.row, changed.environments);
    return changed?.row;
  }

  /** Ends every key, invitation and the account itself in one transaction. Null when that may not be. */
  async #close(
    actor: Actor,
    accountId: number,
    mayClose: (trx: Transaction<Database>, account: AccountRow) => Promise<boolean>,
  ): Promise<ClosedAccount | null> {
    const at = this.#nowText();
    const rows = await mutate(this.#deps.db, actor, at, async (trx) => {
      const account = await findAccount(trx, accountId);
      if (!account || !(await mayClose(trx, account))) return null;
      const ended = await this.#deps.ownerKeys.end(trx, actor, { accountId }, 'account_closed', at);
      await trx
        .updateTable('invitation')
        .set({ revoked_at: at })
        .where('account_id', '=', accountId)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .execute();
      await setAccount(trx, accountId, { closed_at: at });
      await recordChange(trx, at, actor, {
        accountId,
        event: 'account.closed',
        resourceType: 'account',
        resourceId: String(accountId),
        payload: { revoked: ended.filter(({ kind }) => kind === 'api_key').length },
      });
      return ended;
    });
    if (!rows) return null;
    this.#deps.owners.account(accountId).isOpen = false;
    for (const row of rows) this.#deps.keys.apply(row);
    return { closedAt: at, revoked: rows.filter(({ kind }) => kind === 'api_key').length };
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

function mustBeOwner(role: RoleName): void {
  if (role === 'owner') return;
  throw new ApiError('permission_denied', 'Only an owner closes the account. Ask one of them.');
}
