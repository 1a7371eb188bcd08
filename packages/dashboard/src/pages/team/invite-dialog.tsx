import { ROLES, type RoleName } from '@instavm/contract/roles';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { CodeBlock } from '../../ui/code-block.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RoleField } from './role-field.tsx';
import { useGivableRoles } from './team-acts.ts';

/** Asks for whom, then shows the link once. */
export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const formId = useId();
  const givable = useGivableRoles();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<RoleName>('developer');
  const invite = useMutation({
    // The link is a secret: it is not kept after the dialog.
    gcTime: 0,
    mutationFn: () => confirmed(() => api.invite({ email: email.trim(), role })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.invitations().queryKey }),
  });
  const close = () => {
    if (invite.isPending) return;
    invite.reset();
    setEmail('');
    onClose();
  };
  const made = invite.data;
  const { data: byMail } = useQuery(queries.resetByMail());
  const fields = invite.error instanceof ApiError ? invite.error.fields : {};
  return (
    <Dialog
      open={open}
      onClose={close}
      title={made ? `The invitation of ${made.email}` : 'Invite to the team'}
      actions={
        made ? (
          <Button key="done" look="primary" onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" form={formId} look="primary" busy={invite.isPending && 'Inviting'}>
              Make the link
            </Button>
          </>
        )
      }
    >
      {made ? (
        <>
          <p>
            {byMail
              ? 'The link is on its way by mail. You can also pass it on yourself.'
              : 'Pass this link on yourself: no mail is sent.'}{' '}
            It works once, for seven days, and is shown only now. Whoever has it can join as this person.
          </p>
          <div className="overflow-hidden rounded-panel border border-line">
            <CodeBlock code={made.link} label="invitation link" caption="Invitation link" />
          </div>
        </>
      ) : (
        <form
          id={formId}
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!invite.isPending) invite.mutate();
          }}
        >
          <TextField
            label="E-mail"
            name="email"
            type="email"
            autoComplete="off"
            required
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={fields.email}
          />
          <RoleField hint={ROLES[role].meaning} roles={givable} value={role} onChange={setRole} />
          {invite.error && !fields.email && <Notice tone="bad" alert title={errorInWords(invite.error)} />}
        </form>
      )}
    </Dialog>
  );
}
