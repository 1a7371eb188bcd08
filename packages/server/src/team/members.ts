import type { RoleName } from '@instavm/contract/roles';
import type { Kysely, Transaction } from 'kysely';
import type { Owners } from '../auth/owners.ts';
import type { Principal } from '../auth/principal.ts';
import { type Actor, type Change, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, invalidQuery, notFound } from '../http/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { OwnerKeys } from '../keys/owner-changes.ts';
import type { ApiKeyRow } from '../keys/store.ts';
import type { LiveSignIn } from '../people/member-sign-ins.ts';
import { type LeaverKeys, readLeaverKeys } from './member.ts';
import { deleteMember, findMember, hasOtherOwner, type MemberRow, setMember } from './member-store.ts';
import { giverOf, mustHoldRole, mustOutrank } from './standing.ts';

/** What the sign-ins of people are to the accounts that they work in. */
export interface SignIns {
  list(trx: Transaction<Database>, accountId: number, personId: number, nowMs: number): Promise<LiveSignIn[]>;
  end(trx: Transaction<Database>, accountId: number, personId: number, nowMs: number): Promise<number>;
}

export interface MembersDeps {
  db: Kysely<Database>;
  owners: Owners;
  keys: KeyRing;
  ownerKeys: OwnerKeys;
  signIns: SignIns;
  now(): number;
}

/** One change of the team: who does it, in whose name, to whom. */
export interface TeamChange {
  actor: Actor;
  principal: Principal;
}

/**
 * Every way to change who is in an account and as what. Each commits first and is then put in force in memory,
 * before it answers: the next request with one of the member's keys is judged by it.
 */
export class Members {
  readonly #deps: MembersDeps;
  constructor(deps: MembersDeps) {
    this.#deps = deps;
  }

  async changeRole(by: TeamChange, personId: number, role: RoleName): Promise<MemberRow> {
    return this.#change(by, personId, async (trx, member, at) => {
      const giver = await giverOf(trx, by.principal, 'members:write');
      mustOutrank(giver, member.role);
      mustHoldRole(giver, role);
      if (member.role === role) return;
      if (role !== 'owner') await mustLeaveOwner(trx, by.principal.accountId, member);
      await setMember(trx, by.principal.accountId, personId, { role });
      await record(trx, at, by, 'member.updated', personId, { from: member.role, to: role });
    });
  }

  async suspend(by: TeamChange, personId: number): Promise<MemberRow> {
    return this.#change(by, personId, async (trx, member, at) => {
      const giver = await giverOf(trx, by.principal, 'members:write');
      mustOutrank(giver, member.role);
      if (member.suspended_at !== null) return;
      if (giver.serviceAccountId === null && by.principal.personId === personId) {
        throw new ApiError('permission_denied', 'You cannot suspend yourself. You can leave the account.');
      }
      await mustLeaveOwner(trx, by.principal.accountId, member);
      await setMember(trx, by.principal.accountId, personId, { suspended_at: at });
      await record(trx, at, by, 'member.suspended', personId);
    });
  }

  async resume(by: TeamChange, personId: number): Promise<MemberRow> {
    return this.#change(by, personId, async (trx, member, at) => {
      mustOutrank(await giverOf(trx, by.principal, 'members:write'), member.role);
      if (member.suspended_at === null) return;
      await setMember(trx, by.principal.accountId, personId, { suspended_at: null });
      await record(trx, at, by, 'member.restored', personId);
    });
  }

  /** Removes a member, or lets one leave: a person may always go, whatever their role, unless they are the last owner. */
  async remove(
    by: TeamChange,
    personId: number,
    choice: LeaverKeys | null,
  ): Promise<{ revoked: number; handedOver: number }> {
    const { db, owners, keys } = this.#deps;
    const { accountId } = by.principal;
    const at = this.#nowText();
    const changed = await mutate(db, by.actor, at, async (trx) => {
      const member = await findMember(trx, accountId, personId);
      const leaves = by.principal.kind === 'person' && by.principal.personId === personId;
      const giver = leaves ? null : await giverOf(trx, by.principal, 'members:write');
      if (!member) throw notFound('members');
      if (giver) mustOutrank(giver, member.role);
      await mustLeaveOwner(trx, accountId, member);
      const settled = await settleKeys(this.#deps.ownerKeys, trx, by.actor, {
        accountId,
        member,
        choice,
        at,
      });
      await trx
        .updateTable('invitation')
        .set({ revoked_at: at })
        .where('account_id', '=', accountId)
        .where('invited_by', '=', personId)
        .where('invited_by_service_account', 'is', null)
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .execute();
      await deleteMember(trx, accountId, personId);
      await record(trx, at, by, 'member.removed', personId, {
        left: leaves,
        revoked: keysAmong(settled.revoked),
        handed_over: keysAmong(settled.handedOver),
      });
      return settled;
    });
    owners.member(accountId, personId).isActive = false;
    for (const row of [...changed.revoked, ...changed.handedOver]) keys.apply(row);
    return { revoked: keysAmong(changed.revoked), handedOver: keysAmong(changed.handedOver) };
  }

  /** The sign-ins of a member that work in this account. */
  async listSignIns({ principal }: TeamChange, personId: number): Promise<LiveSignIn[]> {
    const { accountId } = principal;
    return this.#deps.db.transaction().execute(async (trx) => {
      const giver = await giverOf(trx, principal, 'members:write');
      const member = await findMember(trx, accountId, personId);
      if (!member) throw notFound('members');
      mustOutrank(giver, member.role);
      return this.#deps.signIns.list(trx, accountId, personId, this.#deps.now());
    });
  }

  /** Ends them: the next request with one of their cookies is refused. Gives how many there were. */
  async endSignIns(by: TeamChange, personId: number): Promise<number> {
    const { accountId } = by.principal;
    let ended = 0;
    await this.#change(by, personId, async (trx, member, at) => {
      mustOutrank(await giverOf(trx, by.principal, 'members:write'), member.role);
      ended = await this.#deps.signIns.end(trx, accountId, personId, this.#deps.now());
      await record(trx, at, by, 'member.sessions_ended', personId, { ended });
    });
    return ended;
  }

  /** `keys` as the contract has it. */
  leave(by: TeamChange, personId: number, keys: string | undefined) {
    return this.remove(by, personId, readLeaverKeys(keys));
  }

  async #change(
    { actor, principal: { accountId } }: TeamChange,
    personId: number,
    work: (trx: Transaction<Database>, member: MemberRow, at: string) => Promise<void>,
  ): Promise<MemberRow> {
    const at = this.#nowText();
    const member = await mutate(this.#deps.db, actor, at, async (trx) => {
      const before = await findMember(trx, accountId, personId);
      if (!before) throw notFound('members');
      await work(trx, before, at);
      return (await findMember(trx, accountId, personId))!;
    });
    applyMember(this.#deps.owners, accountId, member);
    return member;
  }

  #nowText(): string {
    return new Date(this.#deps.now()).toISOString();
  }
}

/** Tokens of machines end and move with them, and nobody counts them. */
function keysAmong(rows: readonly ApiKeyRow[]): number {
  return rows.filter(({ kind }) => kind === 'api_key').length;
}

/** Puts a member's row in force for all keys of theirs. */
export function applyMember(
  owners: Owners,
  accountId: number,
  row: Pick<MemberRow, 'person_id' | 'role' | 'suspended_at'>,
): void {
  const owner = owners.member(accountId, row.person_id);
  owner.role = row.role;
  owner.isActive = row.suspended_at === null;
}

async function mustLeaveOwner(
  trx: Transaction<Database>,
  accountId: number,
  member: MemberRow,
): Promise<void> {
  if (member.role !== 'owner' || member.suspended_at !== null) return;
  if (await hasOtherOwner(trx, accountId, member.person_id)) return;
  throw new ApiError(
    'last_owner',
    'This is the only owner of the account. Make another member owner first, or close the account.',
  );
}

async function settleKeys(
  ownerKeys: OwnerKeys,
  trx: Transaction<Database>,
  actor: Actor,
  leaver: { accountId: number; member: MemberRow; choice: LeaverKeys | null; at: string },
): Promise<{ revoked: ApiKeyRow[]; handedOver: ApiKeyRow[] }> {
  const { accountId, member, choice, at } = leaver;
  const from = { accountId, personId: member.person_id, role: member.role };
  if (choice === null) {
    // What has no keys can still have tokens of machines and trust policies.
    if (member.live_keys === 0) {
      return { revoked: await ownerKeys.end(trx, actor, from, 'owner_removed', at), handedOver: [] };
    }
    throw new ApiError(
      'member_has_keys',
      `${member.live_keys} API ${member.live_keys === 1 ? 'key belongs' : 'keys belong'} to this member. Say what happens to them: keys=revoke, keys=member:ID or keys=service_account:ID.`,
      { extra: { live_keys: member.live_keys } },
    );
  }
  if (choice.kind === 'revoke') {
    return { revoked: await ownerKeys.end(trx, actor, from, 'owner_removed', at), handedOver: [] };
  }
  const heir = await findHeir(trx, accountId, choice);
  if (!heir || (choice.kind === 'member' && choice.id === member.person_id)) {
    throw invalidQuery('keys', 'names nobody active of this account who could take the keys');
  }
  const to =
    choice.kind === 'member'
      ? { role: heir.role, personId: choice.id }
      : { role: heir.role, serviceAccountId: choice.id };
  return { revoked: [], handedOver: await ownerKeys.handOver(trx, actor, from, to, at) };
}

async function findHeir(
  trx: Transaction<Database>,
  accountId: number,
  choice: Exclude<LeaverKeys, { kind: 'revoke' }>,
): Promise<{ role: RoleName } | undefined> {
  if (choice.kind === 'member') {
    const member = await findMember(trx, accountId, choice.id);
    return member?.suspended_at === null ? member : undefined;
  }
  return trx
    .selectFrom('service_account')
    .select('role')
    .where('account_id', '=', accountId)
    .where('id', '=', choice.id)
    .where('deleted_at', 'is', null)
    .where('suspended_at', 'is', null)
    .executeTakeFirst();
}

async function record(
  trx: Transaction<Database>,
  at: string,
  { actor, principal }: TeamChange,
  event: Change['event'],
  personId: number,
  payload: Record<string, unknown> = {},
): Promise<void> {
  await recordChange(trx, at, actor, {
    accountId: principal.accountId,
    event,
    resourceType: 'member',
    resourceId: String(personId),
    payload,
  });
}
