import { ROLE_NAMES, ROLES, type RoleName } from '@instavm/contract/roles';
import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { useToast } from '../../ui/toast.tsx';

/** An act on the team that needs no dialog: what it changed is asked for again, and a failure is said at the page's edge. */
export function useTeamAct<Input>(act: (input: Input) => Promise<unknown>, changed: readonly QueryKey[]) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const toast = useToast();
  return useMutation({
    mutationFn: (input: Input) => confirmed(() => act(input)),
    onError: (error) => toast({ tone: 'bad', title: 'Nothing was changed', detail: errorInWords(error) }),
    onSettled: () => Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

/** The roles that the signed-in person may give: none above their own. */
export function useGivableRoles(): readonly RoleName[] {
  const { data } = useQuery(queries.whoami());
  const own = ROLE_NAMES.indexOf(data?.account.role as RoleName);
  return own < 0 ? ROLE_NAMES : ROLE_NAMES.slice(own);
}

export const roleOptions = (roles: readonly RoleName[]) =>
  roles.map((role) => ({ value: role, label: ROLES[role].title }));
