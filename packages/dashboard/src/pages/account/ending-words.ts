import type { Member } from '../../api/types.ts';

/** Why this member may not leave; null when they may. */
export function leaveRefusal(
  own: Pick<Member, 'person_id' | 'role'>,
  members: readonly Pick<Member, 'person_id' | 'role' | 'status'>[],
): string | null {
  if (own.role !== 'owner') return null;
  const isOtherOwner = ({ person_id, role, status }: (typeof members)[number]) =>
    role === 'owner' && status === 'active' && person_id !== own.person_id;
  if (members.some(isOtherOwner)) return null;
  return 'You are its only owner. Make another member owner first, or close the account.';
}

interface Holdings {
  keys: number | undefined;
  machines: number | undefined;
  others: number | undefined;
}

/** What ends with an account, one line each; what is not known is said without a number. */
export function whatEnds({ keys, machines, others }: Holdings): string[] {
  return [
    line(
      keys,
      'No API key is live.',
      '1 API key is revoked.',
      (n) => `${n} API keys are revoked.`,
      'Its API keys are revoked.',
    ),
    line(
      machines,
      'No machine runs.',
      '1 machine is deleted.',
      (n) => `${n} machines are deleted.`,
      'Its machines are deleted.',
    ),
    line(
      others,
      'Nobody else is in it.',
      '1 other member is out.',
      (n) => `${n} other members are out.`,
      'Its members are out.',
    ),
  ];
}

function line(
  count: number | undefined,
  none: string,
  one: string,
  many: (count: string) => string,
  unknown: string,
): string {
  if (count === undefined) return unknown;
  if (count === 0) return none;
  return count === 1 ? one : many(count.toLocaleString('en-GB'));
}

/** The server takes the name in its composed form, without the space around it. */
export const isNameOf = (typed: string, name: string) => typed.trim().normalize('NFC') === name;
