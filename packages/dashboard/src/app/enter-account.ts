import { focusManager, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { api } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { paths } from '../paths.ts';

/** Shows the account that the session now works in, from its start: nothing seen in another one stays. */
export function useEnterAccount(): () => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async () => {
    // The start is chosen by this account's keys, not by those of the former one.
    await queryClient.fetchQuery({ ...queries.keys(), staleTime: 0 });
    await router.navigate({ to: paths.home() });
    const [session] = queries.session().queryKey;
    await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== session });
  };
}

/**
 * After the account that one worked in is gone: on in another one, or out where there is none.
 * Answers the name of the account that one is in then.
 */
export function useLeaveAccount(): () => Promise<string | null> {
  const queryClient = useQueryClient();
  const router = useRouter();
  const enter = useEnterAccount();
  return async () => {
    const next = (await api.accounts()).find(({ usable }) => usable);
    if (next) {
      await api.switchAccount(next.id);
      await queryClient.fetchQuery({ ...queries.session(), staleTime: 0 });
      await enter();
      return next.name;
    }
    await api.signOut();
    const { queryKey } = queries.session();
    queryClient.setQueryData(queryKey, null);
    await router.navigate({ to: paths.signIn() });
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
    return null;
  };
}

/**
 * Runs what takes the account away with nothing asked for meanwhile: the refusal of a page's own question would
 * look like the end of the session.
 */
export function useQuietly(): <Answer>(act: () => Promise<Answer>) => Promise<Answer> {
  const queryClient = useQueryClient();
  return async (act) => {
    // As a page in the background, whose questions rest.
    focusManager.setFocused(false);
    try {
      await queryClient.cancelQueries();
      return await act();
    } finally {
      focusManager.setFocused(undefined);
    }
  };
}
