import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { useRefusal } from '../../app/use-refusal.ts';

/** After a change: the key's own page shows the answer at once, the list asks again. */
export function useKeyChanged() {
  const queryClient = useQueryClient();
  return async (key?: ApiKey) => {
    if (key) queryClient.setQueryData(queries.key(key.id).queryKey, key);
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: queries.keys().queryKey }),
      queryClient.invalidateQueries({ queryKey: queries.whoami().queryKey }),
    ]);
  };
}

/** Disable and enable: neither is final, so neither asks. */
export function useSwitchKey(key: Pick<ApiKey, 'id' | 'status'>) {
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  return useMutation({
    mutationFn: () =>
      confirmed(() => (key.status === 'disabled' ? api.enableKey(key.id) : api.disableKey(key.id))),
    onSuccess: changed,
  });
}

export function useRevokeKey() {
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  return useMutation({
    mutationFn: (id: number) => confirmed(() => api.revokeKey(id)),
    onSuccess: () => changed(),
  });
}

/** Why no key can be made now; null when one can. */
export function useCreateRefusal(): string | null {
  const refusal = useRefusal('keys:write');
  const { data } = useQuery(queries.whoami());
  const keys = data?.limits.keys;
  if (refusal || !keys || keys.used < keys.max) return refusal;
  return `The account has ${keys.used} of ${keys.max} living keys. Revoke some that nobody uses.`;
}
