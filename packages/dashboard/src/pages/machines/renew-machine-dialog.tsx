import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';
import { LIFETIME_CHOICES } from './machine-words.ts';

interface RenewMachineDialogProps {
  machine: Machine;
  open: boolean;
  onClose: () => void;
}

/** Gives a running machine more time. */
export function RenewMachineDialog({ machine, open, onClose }: RenewMachineDialogProps) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [seconds, setSeconds] = useState('3600');
  const renew = useMutation({
    mutationFn: () => api.renewSession(machine.session_id, Number(seconds)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: queries.machines().queryKey });
      toast({ tone: 'good', title: 'It has more time' });
      onClose();
    },
  });
  const close = () => {
    renew.reset();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Give it more time"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" busy={renew.isPending && 'Giving'} onClick={() => renew.mutate()}>
            Give time
          </Button>
        </>
      }
    >
      <Choice label="From now" options={LIFETIME_CHOICES} value={seconds} onChange={setSeconds} />
      <p className="text-small text-soft">
        It ends at the latest <RelativeTime at={machine.absolute_expires_at} />: the account's settings say
        how long a machine may live in all.
      </p>
      {renew.error && <Notice tone="bad" alert title={errorInWords(renew.error)} />}
    </Dialog>
  );
}
