import { ROLES, type RoleName } from '@instavm/contract/roles';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import { errorInWords } from '../api/errors.ts';
import { queries } from '../api/queries.ts';
import type { AccountChoice } from '../api/types.ts';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { useToast } from '../ui/toast.tsx';
import { useEnterAccount } from './enter-account.ts';

/** The account that one works in, for people who are in several. */
export function AccountSwitch() {
  const { data: accounts = [] } = useQuery(queries.accounts());
  const enter = useEnterAccount();
  const toast = useToast();
  const change = useMutation({
    mutationFn: api.switchAccount,
    onSuccess: enter,
    onError: (error) =>
      toast({ tone: 'bad', title: 'You stay in this account', detail: errorInWords(error) }),
  });
  if (accounts.length < 2) return null;
  return (
    <Field label="Account">
      {(given) => (
        <Select
          {...given}
          options={accounts.map(toOption)}
          value={String(accounts.find(({ current }) => current)?.id ?? '')}
          disabled={change.isPending}
          onChange={(event) => change.mutate(Number(event.target.value))}
        />
      )}
    </Field>
  );
}

function toOption({ id, name, role, usable }: AccountChoice) {
  const standing = usable ? ROLES[role as RoleName].title.toLowerCase() : 'closed or suspended';
  return { value: String(id), label: `${name} (${standing})`, disabled: !usable };
}
