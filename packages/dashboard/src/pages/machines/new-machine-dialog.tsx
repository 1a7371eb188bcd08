import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import { LIFETIME_CHOICES, MEMORY_CHOICES, VCPU_CHOICES } from './machine-words.ts';

/** Asks for the size and the life of a machine, then leads to it while it starts. */
export function NewMachineDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const queryClient = useQueryClient();
  const router = useRouter();
  const formId = useId();
  const [memoryMb, setMemoryMb] = useState('256');
  const [vcpus, setVcpus] = useState('1');
  const [lifetimeSeconds, setLifetimeSeconds] = useState('3600');
  const create = useMutation({
    mutationFn: () =>
      api.createMachine({
        memory_mb: Number(memoryMb),
        vcpu_count: Number(vcpus),
        vm_lifetime_seconds: Number(lifetimeSeconds),
      }),
    onSuccess: async (machine) => {
      queryClient.setQueryData(queries.machine(machine.vm_id).queryKey, machine);
      void queryClient.invalidateQueries({ queryKey: queries.machines().queryKey, exact: true });
      onClose();
      await router.navigate({ to: paths.machine(machine.vm_id) });
    },
  });
  const close = () => {
    create.reset();
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title="Create a machine"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" form={formId} look="primary" busy={create.isPending && 'Creating'}>
            Create machine
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) create.mutate();
        }}
      >
        <Choice label="Memory" options={MEMORY_CHOICES} value={memoryMb} onChange={setMemoryMb} />
        <Choice label="vCPUs" options={VCPU_CHOICES} value={vcpus} onChange={setVcpus} />
        <Choice
          label="Lifetime"
          options={LIFETIME_CHOICES}
          value={lifetimeSeconds}
          onChange={setLifetimeSeconds}
          hint="After that the machine ends, and its disk with it."
        />
        {create.error && <Notice tone="bad" alert title={errorInWords(create.error)} />}
      </form>
    </Dialog>
  );
}
