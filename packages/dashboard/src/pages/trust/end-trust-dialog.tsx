import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { TrustPolicy } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { countOfKeys } from '../keys/key-words.ts';

/** Names what ends with it, then ends it. */
export function EndTrustDialog({ policy, onClose }: { policy: TrustPolicy | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const toast = useToast();
  const end = useMutation({
    mutationFn: (id: number) => confirmed(() => api.deleteTrustPolicy(id)),
    onSuccess: async ({ keys }) => {
      const detail =
        keys.revoked === 0 ? 'No key of it was alive.' : `${countOfKeys(keys.revoked)} of it ended.`;
      toast({ tone: 'good', title: `${policy?.name} is trusted no more`, detail });
      onClose();
      await Promise.all(
        [queries.trustPolicies(), queries.keys()].map(({ queryKey }) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  const close = () => {
    end.reset();
    onClose();
  };
  return (
    <Dialog
      open={policy !== null}
      onClose={close}
      title={`End ${policy?.name ?? ''}`}
      actions={
        <>
          <Button onClick={close}>Keep it</Button>
          <Button
            look="danger"
            busy={end.isPending && 'Ending'}
            onClick={() => policy && end.mutate(policy.id)}
          >
            End it and its keys
          </Button>
        </>
      }
    >
      {policy && (
        <p className="wrap-anywhere">
          Tokens of <code>{policy.subject}</code> get no key any more, and keys that they got are revoked at
          once. This is final; it can be set up anew.
        </p>
      )}
      {end.error && <Notice tone="bad" alert title={errorInWords(end.error)} />}
    </Dialog>
  );
}
