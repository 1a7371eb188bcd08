import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';
import { useKeyLabel } from './use-key-label.ts';

interface DeleteMachineDialogProps {
  machine: Machine | null;
  onClose: () => void;
}

/** Names what is lost, then deletes. */
export function DeleteMachineDialog({ machine, onClose }: DeleteMachineDialogProps) {
  const queryClient = useQueryClient();
  const keyLabel = useKeyLabel();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: api.deleteMachine,
    onSuccess: async (_, vmId) => {
      await queryClient.invalidateQueries({ queryKey: queries.machines().queryKey });
      toast({ tone: 'good', title: `${vmId} is deleted`, detail: 'Its memory and disk are gone.' });
      onClose();
    },
  });
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <Dialog
      open={machine !== null}
      onClose={close}
      title="Delete this machine"
      actions={
        <>
          <Button onClick={close}>Keep the machine</Button>
          <Button
            look="danger"
            busy={remove.isPending && 'Deleting'}
            onClick={() => machine && remove.mutate(machine.vm_id)}
          >
            Delete machine
          </Button>
        </>
      }
    >
      {machine && (
        <p>
          <code className="wrap-anywhere">{machine.vm_id}</code>, started{' '}
          <RelativeTime at={machine.created_at} /> by {keyLabel(machine.api_key_id)}, is switched off at once.
          Its programs, its memory and every file on its disk are lost. This is final.
        </p>
      )}
      {remove.error && <Notice tone="bad" alert title={errorInWords(remove.error)} />}
    </Dialog>
  );
}
