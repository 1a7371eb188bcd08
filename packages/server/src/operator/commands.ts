import type { Core, World } from '../core.ts';
import type { Actor } from '../db/feed.ts';
import { personMistake } from '../people/person.ts';
import {
  createOperatorKey,
  type KeyCreateInput,
  listOperatorKeys,
  revokeOperatorKey,
} from './key-commands.ts';
import { OperatorError } from './operator-error.ts';

export interface Status {
  running: boolean;
  data_dir: string;
  address: string | null;
  pid: number | null;
  people: number;
  keys: { live: number; revoked: number };
  vms: { live: number };
  readiness: unknown;
}

/** What the operator's tool can ask, of a running server or of the data folder itself: one table for both. */
export interface OperatorDeps {
  core: Core;
  world: World;
  /** What only a running server knows. */
  live(): Promise<Pick<Status, 'running' | 'data_dir' | 'address' | 'pid' | 'readiness'>>;
}

export function operatorCommands({ core, world, live }: OperatorDeps) {
  const actor: Actor = { type: 'operator', id: 'instavmd', address: null, requestId: null };
  return {
    async usersCreate(input: { email: string; password: string; name?: string }) {
      const person = { ...input, name: input.name ?? input.email.split('@')[0]! };
      const mistake = personMistake(person);
      if (mistake) throw new OperatorError(`${mistake.field}: ${mistake.message}.`);
      const made = await core.people.create(actor, person);
      if (!made)
        throw new OperatorError(
          `${input.email} is in use. People join another's account by invitation only.`,
        );
      return { id: made.personId, account_id: made.accountId };
    },
    keysCreate: (input: KeyCreateInput) => createOperatorKey(core, world, actor, input),
    keysList: () => listOperatorKeys(core, world),
    keysRevoke: (input: { id: string }) => revokeOperatorKey(core, actor, input.id),
    async status(): Promise<Status> {
      const count = async (
        table: 'person' | 'api_key' | 'vm',
        ended?: 'revoked_at' | 'ended_at',
        is?: 'is' | 'is not',
      ) => {
        let rows = core.db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as('n'));
        if (ended) rows = rows.where(ended as never, is!, null);
        return (await rows.executeTakeFirstOrThrow()).n;
      };
      return {
        ...(await live()),
        people: await count('person'),
        keys: {
          live: await count('api_key', 'revoked_at', 'is'),
          revoked: await count('api_key', 'revoked_at', 'is not'),
        },
        vms: { live: await count('vm', 'ended_at', 'is') },
      };
    },
  };
}

export type OperatorCommands = ReturnType<typeof operatorCommands>;
export type CommandName = keyof OperatorCommands;
