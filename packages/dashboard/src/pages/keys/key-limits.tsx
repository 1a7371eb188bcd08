import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { ApiKeyUpdate } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { useToast } from '../../ui/toast.tsx';
import { BoundsPanel } from '../limits/bounds-panel.tsx';
import { formErrors } from './field-errors.ts';
import { useKeyChanged } from './key-acts.ts';
import type { KeyPartProps } from './key-part.tsx';
import { keyName } from './key-words.ts';

const RATES = {
  rate_limit: {
    label: 'Rate',
    inherit: { label: 'As the account', hint: "The account's limit of a key, or else the server's." },
  },
};
const AMOUNTS = ['concurrent_requests', 'quota_machines', 'quota_vm_seconds', 'quota_executions'] as const;

/** How much the key may do. A key and its successor share one budget. */
export function KeyLimits({ apiKey, ...panel }: KeyPartProps) {
  const changed = useKeyChanged();
  const confirmed = useConfirmed();
  const toast = useToast();
  const save = useMutation({
    mutationFn: (changes: ApiKeyUpdate) => confirmed(() => api.updateKey(apiKey.id, changes)),
    onSuccess: async (key) => {
      const title = `Limits of ${keyName(key)} are changed`;
      toast({ tone: 'good', title, detail: 'In force from the next request on.' });
      await changed(key);
    },
  });
  return (
    <BoundsPanel
      {...panel}
      title="Limits"
      record={apiKey}
      rates={RATES}
      amounts={AMOUNTS}
      empty="Empty: only the account's bound."
      saving={save.isPending}
      errors={formErrors(save.error)}
      onSave={(changes, done) => save.mutate(changes, { onSuccess: done })}
      onLeave={save.reset}
    />
  );
}
