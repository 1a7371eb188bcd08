import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { AccountUpdate } from '../../api/types.ts';
import { useToast } from '../../ui/toast.tsx';
import { errorsAtFields } from '../../words/form-errors.ts';
import { BOUND_NAMES } from '../limits/field-names.ts';

/** Saves some settings of the account, and says so. */
export function useSaveAccount(title: string) {
  const queryClient = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (changes: AccountUpdate) => api.updateAccount(changes),
    onSuccess: async (account) => {
      queryClient.setQueryData(queries.account().queryKey, account);
      toast({ tone: 'good', title: `${title}: saved`, detail: 'In force from the next request on.' });
      await Promise.all(
        [queries.whoami(), queries.accounts(), queries.keys()].map(({ queryKey }) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
}

const NAMES = { ...BOUND_NAMES, networks: 'The list', places: 'The list' };

/** The server's refusal of settings of the account or an environment, each part at its field. */
export const settingErrors = (error: Error | null) => errorsAtFields(error, NAMES);
