import type { RoleName } from '@instavm/contract/roles';
import type { Kysely, Transaction } from 'kysely';
import type { Owners } from '../auth/owners.ts';
import { isAbove } from '../auth/role-rank.ts';
import { type Actor, type Change, recordChange } from '../db/feed.ts';
import { mutate } from '../db/mutation.ts';
import type { Database } from '../db/schema.ts';
import { ApiError, notFound } from '../http/errors.ts';
import { INVITATION_LIFE_MS, invitationDigest, invitationStatus, newInvitationToken } from './invitation.ts';
import {
  findByDigest,
  findInvitation,
  type InvitationRow,
  insertInvitation,
  openInvitations,
  setInvitation,
} from './invitation-store.ts';
import { applyMember, type TeamChange } from './members.ts';
import { giverOf, mustHoldRole, mustOutrank } from './standing.ts';

const OPEN_INVITATIONS_MAX = 200;

/** Who may bring new people to this server: owners alone, whoever manages members, or everybody by themselves too. */
export type SignUp = 'owner-only' | 'invite' | 'open';

export interface InvitationsDeps {
  db: Kysely<Database>;
  owners: Owners;
  signUp: SignUp;
  /** Null where mail is not set up: the link is in the answer alone. */
  mailer: { invitation: MailInvitation } | null;
  now(): number;
  randomBytes(size: number): Uint8Array;
}

/** Puts the invitation in line to be mailed, in the transaction that makes it. */
type MailInvitation = (
  trx: Transaction<Database>,
  offer: {
    id: number;
    email: string;
    role: string;
    accountName: string;
    inviterName: string;
    expiresAt: string;
    token: string;
  },
  at: string,
) => Promise<void>;

/** What whoever holds a link may know before they accept it. */
export interface Offer {
  email: string;
  role: RoleName;
  accountId: number;
  accountName: string;
  inviterName: string;
  expiresAt: string;
  personExists: boolean;
}

/** Links by which people join an account: once, within a week, as the person they were made for. */
export class Invitations {
  readonly #deps: InvitationsDeps;
  constructor(deps: InvitationsDeps) {
    this.#deps = deps;
  }

  /** `token` exists here alone. An open invitation of the same person is replaced: its link was lost, or it would not be asked for. */
  async create(
    by: TeamChange,
    { email, role }: { email: string; role: RoleName },
  ): Promise<{ row: InvitationRow; token: string }> {
    const { db, now, randomBytes, signUp } = this.#deps;
    const { accountId, personId } = by.principal;
    const nowMs = now();
    const at = new Date(nowMs).toISOString();
    const token = newInvitationToken(randomBytes);
    const row = await mutate(db, by.actor, at, async (trx) => {
      const giver = await giverOf(trx, by.principal, 'members:write');
      mustHoldRole(giver, role);
      mustAdmit(signUp, giver.role);
      if (await isMember(trx, accountId, email)) {
        throw new ApiError('already_member', `${email} is a member of this account.`);
      }
      const open = await openInvitations(trx, accountId, at);
      for (const former of open.filter((one) => one.email === email)) await this.#revoke(trx, by, former, at);
      if (open.length >= OPEN_INVITATIONS_MAX) {
        throw new ApiError(
          'limit_reached',
          `An account has at most ${OPEN_INVITATIONS_MAX} open invitations. Revoke some.`,
        );
      }
      const made = await insertInvitation(trx, {
        account_id: accountId,
        email,
        role,
        token_digest: invitationDigest(token),
        invited_by: personId,
        invited_by_service_account: giver.serviceAccountId,
        created_at: at,
        expires_at: new Date(nowMs + INVITATION_LIFE_MS).toISOString(),
      });
      await record(trx, at, by.actor, made, 'invitation.created', { role });
      await this.#mail(trx, made, token, at);
      return made;
    });
    return { row, token };
  }

  async revoke(by: TeamChange, id: number): Promise<InvitationRow> {
    const { db, now } = this.#deps;
    const at = new Date(now()).toISOString();
    return mutate(db, by.actor, at, async (trx) => {
      const row = await findInvitation(trx, by.principal.accountId, id);
      const giver = await giverOf(trx, by.principal, 'members:write');
      if (!row) throw notFound('invitations');
      mustOutrank(giver, row.role);
      if (row.revoked_at !== null) return row;
      if (row.accepted_at !== null) {
        throw new ApiError('already_member', 'This invitation was accepted. Remove the member instead.');
      }
      return this.#revoke(trx, by, row, at);
    });
  }

  /** Throws ApiError when the link names nothing or cannot be accepted any more. */
  async offer(token: string): Promise<Offer> {
    const row = await this.#open(this.#deps.db, token);
    const person = await this.#deps.db
      .selectFrom('person')
      .select('id')
      .where('email', '=', row.email)
      .executeTakeFirst();
    return {
      email: row.email,
      role: row.role,
      accountId: row.account_id,
      accountName: row.account_name,
      inviterName: row.inviter_name,
      expiresAt: row.expires_at,
      personExists: person !== undefined,
    };
  }

  /**
   * Makes the person a member. `person` finds or makes them inside the transaction: of two who use a link at the
   * same time one joins. Throws ApiError.
   */
  async accept(
    actor: Omit<Actor, 'type' | 'id'>,
    token: string,
    person: (trx: Transaction<Database>, at: string, email: string) => Promise<number>,
  ): Promise<{ personId: number; accountId: number; accountName: string; role: RoleName }> {
    const at = new Date(this.#deps.now()).toISOString();
    const anyone: Actor = { ...actor, type: 'person', id: '0' };
    const joined = await mutate(this.#deps.db, anyone, at, async (trx) => {
      const row = await this.#open(trx, token);
      const personId = await person(trx, at, row.email);
      const doer: Actor = { ...actor, type: 'person', id: String(personId) };
      const known = await trx
        .selectFrom('member')
        .select('role')
        .where('account_id', '=', row.account_id)
        .where('person_id', '=', personId)
        .executeTakeFirst();
      if (known) throw new ApiError('already_member', 'You are a member of this account already.');
      const member = { account_id: row.account_id, person_id: personId, role: row.role };
      await trx
        .insertInto('member')
        .values({ ...member, created_at: at, suspended_at: null })
        .execute();
      await setInvitation(trx, row.id, { accepted_at: at, accepted_by: personId });
      await record(trx, at, doer, row, 'invitation.accepted');
      await recordChange(trx, at, doer, {
        accountId: row.account_id,
        event: 'member.added',
        resourceType: 'member',
        resourceId: String(personId),
        payload: { role: row.role },
      });
      return { personId, accountId: row.account_id, accountName: row.account_name, role: row.role };
    });
    const { accountId, personId, role } = joined;
    applyMember(this.#deps.owners, accountId, { person_id: personId, role, suspended_at: null });
    return joined;
  }

  async #mail(trx: Transaction<Database>, row: InvitationRow, token: string, at: string): Promise<void> {
    const { mailer } = this.#deps;
    if (!mailer) return;
    const names = (await findByDigest(trx, row.token_digest))!;
    const { id, email, role, expires_at: expiresAt } = row;
    const { account_name: accountName, inviter_name: inviterName } = names;
    await mailer.invitation(trx, { id, email, role, accountName, inviterName, expiresAt, token }, at);
  }

  async #open(db: Kysely<Database> | Transaction<Database>, token: string) {
    const row = await findByDigest(db, invitationDigest(token));
    if (!row) throw notFound('invitations');
    const status = invitationStatus(row, this.#deps.now());
    if (status !== 'open') {
      const how = { accepted: 'was accepted before', revoked: 'was revoked', expired: 'has expired' }[status];
      throw new ApiError('invitation_ended', `This invitation ${how}. Ask for a new one.`);
    }
    const inviter = await inviterRole(db, row);
    if (inviter === null || isAbove(row.role, inviter)) {
      throw new ApiError(
        'invitation_ended',
        'Whoever made this invitation may not invite any more. Ask for a new one.',
      );
    }
    return row;
  }

  async #revoke(trx: Transaction<Database>, by: TeamChange, row: InvitationRow, at: string) {
    const revoked = await setInvitation(trx, row.id, { revoked_at: at });
    await record(trx, at, by.actor, row, 'invitation.revoked');
    return revoked;
  }
}

function mustAdmit(signUp: SignUp, role: RoleName): void {
  if (signUp !== 'owner-only' || role === 'owner') return;
  throw new ApiError(
    'sign_up_closed',
    'On this server only owners invite people. Ask an owner of the account, or the operator to set INSTAVM_SIGNUP=invite.',
  );
}

/** Null when whoever invited could not do it any more. */
async function inviterRole(
  db: Kysely<Database> | Transaction<Database>,
  row: InvitationRow,
): Promise<RoleName | null> {
  const account = await db
    .selectFrom('account')
    .select(['closed_at', 'suspended_at'])
    .where('id', '=', row.account_id)
    .executeTakeFirstOrThrow();
  if (account.closed_at !== null || account.suspended_at !== null) return null;
  const inviter =
    row.invited_by_service_account === null
      ? await db
          .selectFrom('member')
          .select('role')
          .where('account_id', '=', row.account_id)
          .where('person_id', '=', row.invited_by)
          .where('suspended_at', 'is', null)
          .executeTakeFirst()
      : await db
          .selectFrom('service_account')
          .select('role')
          .where('id', '=', row.invited_by_service_account)
          .where('suspended_at', 'is', null)
          .where('deleted_at', 'is', null)
          .executeTakeFirst();
  return inviter && !isAbove('admin', inviter.role) ? inviter.role : null;
}

async function isMember(trx: Transaction<Database>, accountId: number, email: string): Promise<boolean> {
  const found = await trx
    .selectFrom('member')
    .innerJoin('person', 'person.id', 'member.person_id')
    .select('person.id')
    .where('member.account_id', '=', accountId)
    .where('person.email', '=', email)
    .executeTakeFirst();
  return found !== undefined;
}

async function record(
  trx: Transaction<Database>,
  at: string,
  actor: Actor,
  row: Pick<InvitationRow, 'id' | 'account_id'>,
  event: Change['event'],
  payload: Record<string, unknown> = {},
): Promise<void> {
  await recordChange(trx, at, actor, {
    accountId: row.account_id,
    event,
    resourceType: 'invitation',
    resourceId: String(row.id),
    payload,
  });
}
