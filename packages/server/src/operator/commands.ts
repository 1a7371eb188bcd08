import { sql } from 'kysely';
import { Slices } from '../audit/slices.ts';
import { verifyServerChain } from '../audit/verify.ts';
import type { Core, World } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { ApiError } from '../http/errors.ts';
import { EmailLinks } from '../people/email-links.ts';
import { personMistake } from '../people/person.ts';
import type { Readiness } from '../system/routes/health.ts';
import {
  type AccountCloseInput,
  closeAccount,
  listAccounts,
  setAccountSuspended,
} from './account-commands.ts';
import { type AuditListInput, listAudit } from './audit-commands.ts';
import { importLegacyKeys, type LegacyImport } from './import-legacy.ts';
import {
  createOperatorKey,
  type KeyCreateInput,
  listOperatorKeys,
  revokeOperatorKey,
} from './key-commands.ts';
import {
  type AccountLimitsInput,
  accountLimits,
  type RatesInput,
  setServerRates,
  showServerRates,
} from './limit-commands.ts';
import { OPERATOR, recordServerEvent } from './operator-actor.ts';
import { OperatorError } from './operator-error.ts';
import { retirePepper } from './pepper-commands.ts';

export interface Status {
  running: boolean;
  data_dir: string;
  address: string | null;
  pid: number | null;
  people: number;
  /** `ended` counts the revoked, expired and rotated ones. */
  keys: { live: number; revoked: number; ended: number };
  vms: { live: number };
  readiness: Readiness | null;
  /** How far the server's own time is ahead of the wall clock, which it never follows back. */
  clock_ahead_ms: number | null;
}

/** What only a running server knows. */
export type Live = Pick<Status, 'running' | 'data_dir' | 'address' | 'pid' | 'readiness' | 'clock_ahead_ms'>;

/** What the operator's tool can ask, of a running server or of the data folder itself: one table for both. */
export interface OperatorDeps {
  core: Core;
  world: World;
  live(): Promise<Live>;
  /** Ends the machines of an account that was closed; null: there is no host, and the server does when it looks. */
  endMachines: ((closer: Actor, accountId: number) => Promise<number>) | null;
}

/** Commands that change what only the memory of a running server would not learn from the database. */
export const NEEDS_SERVER: ReadonlySet<string> = new Set(['pepperRotate', 'pepperRetire']);

export function operatorCommands({ core, world, live, endMachines }: OperatorDeps) {
  const at = () => new Date(world.now()).toISOString();
  const commands = {
    async usersCreate(input: { email: string; password: string; name?: string }) {
      const person = { ...input, name: input.name ?? input.email.split('@')[0]! };
      const mistake = personMistake(person);
      if (mistake) throw new OperatorError(`${mistake.field}: ${mistake.message}.`);
      const made = await core.people.create(OPERATOR, person);
      if (!made)
        throw new OperatorError(
          `${input.email} is in use. People join another's account by invitation only.`,
        );
      return { id: made.personId, account_id: made.accountId };
    },
    /** The token of a link that sets a new password; to be handed to the person alone. */
    async usersResetLink(input: { email: string }) {
      const links = new EmailLinks({ ...core, ...world, mail: null });
      const token = await links.resetToken(OPERATOR, input.email);
      if (token === null) throw new OperatorError(`Nobody has the e-mail ${input.email}. See: users list.`);
      return { token, address: (await live()).address };
    },
    usersList: () =>
      core.db
        .selectFrom('person')
        .leftJoin('member', 'member.person_id', 'person.id')
        .select(['person.id', 'person.name', 'person.email', 'person.created_at'])
        .select(['member.account_id', 'member.role', 'member.suspended_at'])
        .orderBy('person.id')
        .orderBy('member.account_id')
        .execute(),
    keysCreate: (input: KeyCreateInput) => createOperatorKey(core, world, OPERATOR, input),
    keysList: () => listOperatorKeys(core),
    keysRevoke: (input: { id: string }) => revokeOperatorKey(core, OPERATOR, input.id),
    keysImportLegacy: (input: LegacyImport) => importLegacyKeys(core, OPERATOR, input),
    accountsList: () => listAccounts(core),
    accountsSetSuspended: (input: { id: number; suspended: boolean }) =>
      setAccountSuspended(core, OPERATOR, input),
    accountsClose: (input: AccountCloseInput) => closeAccount({ ...core, endMachines }, OPERATOR, input),
    accountsLimits: (input: AccountLimitsInput) => accountLimits(core, OPERATOR, input),
    ratesShow: () => showServerRates(core),
    ratesSet: (input: RatesInput) => setServerRates(core, OPERATOR, input),
    pepperStatus: () => core.pepperKeeper.status(),
    async pepperRotate() {
      const made = await core.pepperKeeper.rotate();
      if (made.entry === null)
        await recordServerEvent(core.db, 'server.pepper_rotated', { version: made.version }, at());
      return made;
    },
    async pepperRetire(input: { version: number; force: number | null }) {
      const retired = await retirePepper(core, OPERATOR, input);
      const payload = { version: input.version, ended: retired.ended_keys };
      await recordServerEvent(core.db, 'server.pepper_retired', payload, at());
      return retired;
    },
    /** `name` is the file's alone, without its folder. */
    async backupMade(input: { name: string; pepper: boolean }) {
      await recordServerEvent(core.db, 'server.backup_made', input, at());
      return {};
    },
    verifyAudit: (input: { knownHead?: string }) =>
      verifyServerChain({ db: core.db, slices: new Slices() }, input.knownHead),
    auditList: (input: AuditListInput) => listAudit(core.db, input),
    async status(): Promise<Status> {
      const { rows } = await sql<Record<'people' | 'live' | 'revoked' | 'ended' | 'vms', number>>`
        select (select count(*) from person) as people,
          (select count(*) from vm where ended_at is null) as vms,
          (select count(*) from api_key where kind = 'api_key' and ended_at is null and (expires_at is null or expires_at > ${at()})) as live,
          (select count(*) from api_key where kind = 'api_key' and (ended_at is not null or expires_at <= ${at()})) as ended,
          (select count(*) from api_key where kind = 'api_key' and end_reason not in ('rotated', 'expired', 'idle')) as revoked
      `.execute(core.db);
      const { people, vms, ...keys } = rows[0]!;
      return { ...(await live()), people, keys, vms: { live: vms } };
    },
  };
  return refusing(commands);
}

/** What the API would refuse is a refusal here too, in the same words. */
function refusing<T extends Record<string, (input: never) => Promise<unknown>>>(commands: T): T {
  const wrapped = Object.entries(commands).map(([name, command]) => [
    name,
    async (input: never) => {
      try {
        return await command(input);
      } catch (error) {
        throw error instanceof ApiError ? new OperatorError(error.message) : error;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}

export type OperatorCommands = ReturnType<typeof operatorCommands>;
export type CommandName = keyof OperatorCommands;
export type CommandResult<Name extends CommandName> = Awaited<ReturnType<OperatorCommands[Name]>>;
