import type { Permission } from '@instavm/contract/permissions';
import { PERMISSIONS } from '@instavm/contract/permissions';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';

/** Why the signed-in person may not do something, for the button that would; null when they may, or nobody knows. */
export function useRefusal(permission: Permission): string | null {
  const { data } = useQuery(queries.whoami());
  if (!data || data.credential.permissions.includes(permission)) return null;
  return `Your role, ${data.account.role}, does not include this: ${lowerFirst(PERMISSIONS[permission])}.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
