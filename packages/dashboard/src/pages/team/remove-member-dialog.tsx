import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { Member } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { KeysOfLeaver } from './keys-of-leaver.tsx';

/** Names who goes, and asks what happens to their keys where there are any. */
export function RemoveMemberDialog({ member, onClose }: { member: Member | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [keys, setKeys] = useState('revoke');
  const remove = useMutation({
    mutationFn: ({ person_id, live_keys }: Member) =>
      api.removeMember(person_id, live_keys > 0 ? keys : null),
    onSuccess: async () => {
      onClose();
      await Promise.all(
        [queries.members(), queries.keys(), queries.serviceAccounts()].map(({ queryKey }) =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  const close = () => {
    if (remove.isPending) return;
    remove.reset();
    setKeys('revoke');
    onClose();
  };
  return (
    <Dialog
      open={member !== null}
      onClose={close}
      title={`Remove ${member?.name ?? ''}`}
      actions={
        <>
          <Button onClick={close}>Keep the member</Button>
          <Button
            look="danger"
            busy={remove.isPending && 'Removing'}
            onClick={() => member && remove.mutate(member)}
          >
            Remove member
          </Button>
        </>
      }
    >
      <p>
        They can do nothing in this account from the next request on. Keys of service accounts go on, whoever
        made them.
      </p>
      {member && member.live_keys > 0 && <KeysOfLeaver member={member} value={keys} onChange={setKeys} />}
      {remove.error && <Notice tone="bad" alert title={errorInWords(remove.error)} />}
    </Dialog>
  );
}
