import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { api } from '../api/client.ts';
import { errorInWords } from '../api/errors.ts';
import { queries } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { useToast } from '../ui/toast.tsx';

/** Ends the session at the server, then forgets all that it let this browser see. */
export function useSignOut(): () => Promise<void> {
  const queryClient = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  return async () => {
    try {
      await api.signOut();
    } catch (error) {
      toast({ tone: 'bad', title: 'You are still signed in', detail: errorInWords(error) });
      return;
    }
    const { queryKey } = queries.session();
    queryClient.setQueryData(queryKey, null);
    await router.navigate({ to: paths.signIn() });
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
  };
}
