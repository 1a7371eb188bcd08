import { ROLES } from '@instavm/contract/roles';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { ApiError, errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { ServiceAccount } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RoleField } from './role-field.tsx';
import { useGivableRoles } from './team-acts.ts';

export function NewServiceAccountDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const formId = useId();
  // Owners are people: somebody must be there to be asked.
  const givable = useGivableRoles().filter((role) => role !== 'owner');
  const [name, setName] = useState('');
  const [role, setRole] = useState<ServiceAccount['role']>('developer');
  const create = useMutation({
    mutationFn: () => api.createServiceAccount({ name: name.trim(), role }),
    onSuccess: async () => {
      close();
      await queryClient.invalidateQueries({ queryKey: queries.serviceAccounts().queryKey });
    },
  });
  function close() {
    create.reset();
    setName('');
    onClose();
  }
  const fields = create.error instanceof ApiError ? create.error.fields : {};
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Create a service account"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={create.isPending && 'Creating'}>
            Create
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) create.mutate();
        }}
      >
        <TextField
          label="Name"
          name="name"
          required
          maxLength={120}
          placeholder="nightly-builds"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fields.name}
        />
        <RoleField
          hint={`${ROLES[role].meaning} Keys of it get no more than this.`}
          roles={givable}
          value={role}
          onChange={setRole}
        />
        {create.error && !fields.name && <Notice tone="bad" alert title={errorInWords(create.error)} />}
      </form>
    </Dialog>
  );
}
