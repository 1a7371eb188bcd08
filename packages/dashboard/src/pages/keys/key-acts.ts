import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { ApiKey } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';

/** After a change: the key's own page shows the answer at once, the list asks again. */
export function useKeyChanged() {
  const queryClient = useQueryClient();
  return async (key?: ApiKey) => {
    if (key) queryClient.setQueryData(queries.key(key.id).queryKey, key);
    await queryClient.invalidateQueries({ queryKey: queries.keys().queryKey });
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
