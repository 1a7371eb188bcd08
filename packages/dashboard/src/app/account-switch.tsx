import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { api } from '../api/client.ts';
import { errorInWords } from '../api/errors.ts';
import { queries } from '../api/queries.ts';
import { paths } from '../paths.ts';
import { Select } from '../ui/select.tsx';
import { useToast } from '../ui/toast.tsx';

/** The account that one works in, for people who are in several. */
export function AccountSwitch() {
  const { data: accounts = [] } = useQuery(queries.accounts());
  const queryClient = useQueryClient();
  const router = useRouter();
  const toast = useToast();
  const change = useMutation({
    mutationFn: api.switchAccount,
    onSuccess: async () => {
      await router.navigate({ to: paths.home() });
      // Nothing that was seen in the one account may be shown in the other.
      const [session] = queries.session().queryKey;
      await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== session });
    },
    onError: (error) =>
      toast({ tone: 'bad', title: 'You stay in this account', detail: errorInWords(error) }),
  });
  if (accounts.length < 2) return null;
  return (
    <Select
      aria-label="Account"
      options={accounts
        .filter(({ usable, current }) => usable || current)
        .map(({ id, name }) => ({ value: String(id), label: name }))}
      value={String(accounts.find(({ current }) => current)?.id ?? '')}
      disabled={change.isPending}
      onChange={(event) => change.mutate(Number(event.target.value))}
    />
  );
}
