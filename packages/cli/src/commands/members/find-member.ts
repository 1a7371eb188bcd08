import type { InstaVM, Member } from '@instavm/sdk';
import type { Context } from '../../command.ts';
import { CliError, EXIT } from '../../errors/cli-error.ts';

/** Description of the argument that names a member, for `--help`. */
export const MEMBER_ARGUMENT = 'id or e-mail of a member';

export const ROLES = ['owner', 'admin', 'developer', 'viewer'] as const satisfies readonly Member['role'][];

/** The ids of members as people name them. Asks the server only where an e-mail is given. */
export async function findMembers(
  { io }: Context,
  client: InstaVM,
  names: readonly string[],
): Promise<number[]> {
  const needsList = names.some((name) => !isId(name));
  const members = needsList ? await client.members.list({ signal: io.signal }) : [];
  return [...new Set(names.map((name) => (isId(name) ? Number(name) : idOf(name, members))))];
}

function isId(name: string): boolean {
  return /^[1-9]\d{0,14}$/.test(name);
}

function idOf(name: string, members: readonly Member[]): number {
  const email = name.trim().toLowerCase();
  const found = members.find((member) => member.email === email);
  if (found) return found.person_id;
  throw new CliError({
    code: 'member_not_found',
    exitCode: EXIT.error,
    message: `There is no member ${name}`,
    why: 'Nobody in the account has this id or e-mail',
    hint: 'See `instavm members list`',
  });
}
