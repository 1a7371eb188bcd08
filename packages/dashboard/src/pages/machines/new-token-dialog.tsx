import { DEFAULT_SANDBOX_SCOPES, PERMISSIONS, SANDBOX_PERMISSIONS } from '@instavm/contract/permissions';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { useConfirmed } from '../../app/confirm-password.tsx';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SecretOnce } from '../../ui/secret-once.tsx';
import { LIFETIME_CHOICES } from './machine-words.ts';

const LIVES = [{ value: 'machine', label: 'As long as the machine' }, ...LIFETIME_CHOICES];

interface NewTokenDialogProps {
  vmId: string;
  open: boolean;
  onClose: () => void;
}

/** Asks what a token may do, then shows it once. */
export function NewTokenDialog({ vmId, open, onClose }: NewTokenDialogProps) {
  const queryClient = useQueryClient();
  const confirmed = useConfirmed();
  const formId = useId();
  const [label, setLabel] = useState('');
  const [scopes, setScopes] = useState<string[]>([...DEFAULT_SANDBOX_SCOPES]);
  const [life, setLife] = useState('machine');
  const create = useMutation({
    // The token is not kept after the dialog.
    gcTime: 0,
    mutationFn: () =>
      confirmed(() =>
        api.createMachineToken(vmId, {
          label: label.trim() || null,
          scopes,
          ...(life === 'machine' ? {} : { lifetime_seconds: Number(life) }),
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.machineTokens(vmId).queryKey }),
  });
  const close = () => {
    if (create.isPending) return;
    create.reset();
    setLabel('');
    onClose();
  };
  const made = create.data;
  return (
    <Dialog
      open={open}
      onClose={close}
      wide
      title={made ? 'The token' : 'Create a token of this machine'}
      actions={
        made ? (
          <Button key="done" look="primary" onClick={close}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              type="submit"
              form={formId}
              look="primary"
              busy={create.isPending && 'Creating'}
              disabledReason={scopes.length === 0 ? 'Choose what it may do.' : null}
            >
              Create token
            </Button>
          </>
        )
      }
    >
      {made ? (
        <SecretOnce title="Token" text={made.token}>
          It opens this machine alone and ends with it. It is shown only now.
        </SecretOnce>
      ) : (
        <form
          id={formId}
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!create.isPending && scopes.length > 0) create.mutate();
          }}
        >
          <TextField
            label="Label"
            autoComplete="off"
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1.5 font-medium text-small">May do</legend>
            {SANDBOX_PERMISSIONS.map((name) => (
              <label key={name} className="flex items-center gap-2.5">
                <CheckBox
                  checked={scopes.includes(name)}
                  onChange={(event) =>
                    setScopes(
                      event.target.checked ? [...scopes, name] : scopes.filter((scope) => scope !== name),
                    )
                  }
                />
                <span>{PERMISSIONS[name]}</span>
              </label>
            ))}
          </fieldset>
          <Choice label="Lives" options={LIVES} value={life} onChange={setLife} />
          {create.error && <Notice tone="bad" alert title={errorInWords(create.error)} />}
        </form>
      )}
    </Dialog>
  );
}
