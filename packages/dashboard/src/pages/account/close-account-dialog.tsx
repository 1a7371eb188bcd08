import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { isRunning, queries } from '../../api/queries.ts';
import type { Account } from '../../api/types.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { useLeaveAccount, useQuietly } from '../../app/enter-account.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toast.tsx';
import { fieldProblem } from '../../words/field-problem.ts';
import { isNameOf, whatEnds } from './ending-words.ts';

interface CloseAccountDialogProps {
  account: Account;
  open: boolean;
  onClose: () => void;
}

/** Says what ends, and asks for the account's name before it does. */
export function CloseAccountDialog({ account, open, onClose }: CloseAccountDialogProps) {
  const formId = useId();
  const confirmed = useConfirmed();
  const leave = useLeaveAccount();
  const quietly = useQuietly();
  const toast = useToast();
  const [name, setName] = useState('');
  const closing = useMutation({
    mutationFn: () =>
      quietly(async () => {
        const { keys } = await confirmed(() => api.closeAccount(name));
        return { revoked: keys.revoked, next: await leave() };
      }),
    onSuccess: ({ revoked, next }) => {
      const keys = revoked === 1 ? '1 API key is revoked' : `${revoked} API keys are revoked`;
      toast({
        tone: 'good',
        title: `${account.name} is closed`,
        detail: `${keys}, its machines are deleted.${next ? ` You are in ${next} now.` : ''}`,
      });
    },
  });
  const close = () => {
    if (closing.isPending) return;
    closing.reset();
    setName('');
    onClose();
  };
  const fields = closing.error instanceof ApiError ? closing.error.fields : {};
  return (
    <Dialog
      open={open}
      onClose={close}
      title={`Close ${account.name}`}
      actions={
        <>
          <Button onClick={close}>Keep the account</Button>
          <Button
            type="submit"
            form={formId}
            look="danger"
            busy={closing.isPending && 'Closing'}
            disabledReason={isNameOf(name, account.name) ? null : 'Type the name of the account first.'}
          >
            Close account
          </Button>
        </>
      }
    >
      <WhatEnds />
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!closing.isPending && isNameOf(name, account.name)) closing.mutate();
        }}
      >
        <TextField
          label={`Type ${account.name} to close it`}
          name="account-name"
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fields.name && fieldProblem('This', fields.name)}
        />
        {closing.error && !fields.name && <Notice tone="bad" alert title={errorInWords(closing.error)} />}
      </form>
    </Dialog>
  );
}

/** Mounted with the dialog's content: what is there now, not when the page was opened. */
function WhatEnds() {
  const { data: me } = useQuery({ ...queries.whoami(), staleTime: 0 });
  const { data: machines } = useQuery(queries.machines());
  const { data: members } = useQuery(queries.members());
  const lines = whatEnds({
    keys: me?.limits.keys.used,
    machines: machines?.filter(isRunning).length,
    others: members && members.length - 1,
  });
  return (
    <Notice tone="warn" title="This is final">
      <ul className="list-disc pl-4">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Notice>
  );
}
