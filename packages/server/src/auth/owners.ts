import type { RoleName } from '@instavm/contract/roles';
import type { AccountCells } from '../limits/account-cells.ts';
import { type AccountSettings, NO_ACCOUNT_SETTINGS } from './account-settings.ts';

export interface Account {
  readonly id: number;
  /** False once it is closed or suspended: none of its keys is accepted. */
  isOpen: boolean;
  /** Older keys are marked, with the line that rotates them. */
  keyAgeDays: number;
  /** Live keys it may have; null takes the server's bound. */
  maxKeys: number | null;
  settings: AccountSettings;
  /** Where the limits of the account as a whole are counted; null until one was in force. */
  cells: AccountCells | null;
}

/** Whom a key belongs to: a member of an account or one of its service accounts. */
export interface Owner {
  readonly account: Account;
  /** Null for a member. */
  readonly serviceAccountId: number | null;
  role: RoleName;
  /** False for a suspended or removed one, and for one that was never heard of. */
  isActive: boolean;
}

export const DEFAULT_KEY_AGE_DAYS = 90;

/**
 * Accounts and owners in memory, each one object that all its keys share: a change of role or a suspension holds
 * for every key at the next request. Someone unknown is inactive, so a key without an owner is refused.
 */
export class Owners {
  readonly #accounts = new Map<number, Account>();
  readonly #members = new Map<string, Owner>();
  readonly #serviceAccounts = new Map<string, Owner>();

  account(id: number): Account {
    let account = this.#accounts.get(id);
    if (!account) {
      account = {
        id,
        isOpen: false,
        keyAgeDays: DEFAULT_KEY_AGE_DAYS,
        maxKeys: null,
        settings: NO_ACCOUNT_SETTINGS,
        cells: null,
      };
      this.#accounts.set(id, account);
    }
    return account;
  }

  member(accountId: number, personId: number): Owner {
    return this.#owner(this.#members, `${accountId}:${personId}`, accountId, null);
  }

  serviceAccount(accountId: number, id: number): Owner {
    return this.#owner(this.#serviceAccounts, `${accountId}:${id}`, accountId, id);
  }

  /** The owner of a key's row. */
  of(row: { account_id: number; person_id: number; service_account_id: number | null }): Owner {
    return row.service_account_id === null
      ? this.member(row.account_id, row.person_id)
      : this.serviceAccount(row.account_id, row.service_account_id);
  }

  /** Before they are read again: whoever is not found then stays inactive. */
  deactivate(accountId?: number): void {
    for (const owner of [...this.#members.values(), ...this.#serviceAccounts.values()]) {
      if (accountId === undefined || owner.account.id === accountId) owner.isActive = false;
    }
  }

  #owner(owners: Map<string, Owner>, key: string, accountId: number, serviceAccountId: number | null): Owner {
    let owner = owners.get(key);
    if (!owner) {
      owner = { account: this.account(accountId), serviceAccountId, role: 'viewer', isActive: false };
      owners.set(key, owner);
    }
    return owner;
  }
}

/** Live keys an account may have: its own bound, never above the server's. */
export function keysMax({ maxKeys }: Account, ofServer: number): number {
  return maxKeys === null ? ofServer : Math.min(maxKeys, ofServer);
}
