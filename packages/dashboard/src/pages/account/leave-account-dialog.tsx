import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { Account, Member } from '../../api/types.ts';
import { useLeaveAccount, useQuietly } from '../../app/enter-account.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { KeysOfLeaver } from '../team/keys-of-leaver.tsx';

interface LeaveAccountDialogProps {
  account: Account;
  /** The signed-in person as a member of it. */
  member: Member | null;
  open: boolean;
  onClose: () => void;
}

/** Says what is lost by going, and asks what happens to one's keys where there are any. */
export function LeaveAccountDialog({ account, member, open, onClose }: LeaveAccountDialogProps) {
  const { data: accounts = [] } = useQuery(queries.accounts());
  const goOn = useLeaveAccount();
  const quietly = useQuietly();
  const toast = useToast();
  const [keys, setKeys] = useState('revoke');
  const hasKeys = (member?.live_keys ?? 0) > 0;
  const leave = useMutation({
    mutationFn: () =>
      quietly(async () => {
        await api.leaveAccount(account.id, hasKeys ? keys : null);
        return goOn();
      }),
    onSuccess: (next) =>
      toast({
        tone: 'good',
        title: `You left ${account.name}`,
        detail: next ? `You are in ${next} now.` : 'You are signed out.',
      }),
  });
  const close = () => {
    if (leave.isPending) return;
    leave.reset();
    setKeys('revoke');
    onClose();
  };
  const hasOther = accounts.some(({ id, usable }) => usable && id !== account.id);
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Leave ${account.name}`}
      actions={
        <>
          <Button onClick={close}>Stay</Button>
          <Button look="danger" busy={leave.isPending && 'Leaving'} onClick={() => leave.mutate()}>
            Leave account
          </Button>
        </>
      }
    >
      <p>
        You can do nothing in it from the next request on. Only a new invitation brings you back. Keys of
        service accounts go on, whoever made them.
      </p>
      {!hasOther && (
        <Notice tone="warn" title="You are in no other account">
          You are signed out, and cannot sign in until somebody invites you.
        </Notice>
      )}
      {member && hasKeys && <KeysOfLeaver member={member} own value={keys} onChange={setKeys} />}
      {leave.error && <Notice tone="bad" alert title={errorInWords(leave.error)} />}
    </Dialog>
  );
}
