import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { Member } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useToast } from '../../ui/toast.tsx';
import { addressInWords, browserInWords } from '../../words/last-used.ts';
import { endedInWords } from '../me/session-words.ts';

/** Where a member is signed in, and the end of all of it. */
export function MemberSessionsDialog({ member, onClose }: { member: Member | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const toast = useToast();
  const id = member?.person_id ?? 0;
  const { data: sessions, error } = useQuery({ ...queries.memberSessions(id), enabled: member !== null });
  const end = useMutation({
    mutationFn: () => confirmed(() => api.endMemberSessions(id)),
    onSuccess: async ({ ended }) => {
      toast({ tone: 'good', title: endedInWords(ended), detail: member?.name ?? '' });
      onClose();
      await queryClient.invalidateQueries({ queryKey: queries.memberSessions(id).queryKey });
    },
  });
  const close = () => {
    end.reset();
    onClose();
  };
  return (
    <Dialog
      open={member !== null}
      onClose={close}
      wide
      title={`Where ${member?.name ?? ''} is signed in`}
      actions={
        <>
          <Button onClick={close}>Close</Button>
          <Button
            look="danger"
            busy={end.isPending && 'Ending'}
            disabledReason={sessions?.length === 0 ? 'There is none to end.' : null}
            onClick={() => end.mutate()}
          >
            End all
          </Button>
        </>
      }
    >
      {(error ?? end.error) && <Notice tone="bad" alert title={errorInWords(error ?? end.error)} />}
      {sessions?.length === 0 && <p className="text-soft">Nowhere.</p>}
      {sessions && sessions.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {sessions.map((session) => (
            <li key={session.id} className="py-2">
              <p className="font-medium">{browserInWords(session.client)}</p>
              <p className="text-small text-soft">
                From {addressInWords(session.address)}, last seen <RelativeTime at={session.last_seen_at} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <p className="text-small text-soft">Ending them asks for the password again. API keys go on working.</p>
    </Dialog>
  );
}
