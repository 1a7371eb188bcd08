import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isRunning, queries } from '../../api/queries.ts';
import type { Machine } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { DeleteMachineDialog } from './delete-machine-dialog.tsx';
import { MachineFacts } from './machine-facts.tsx';
import { MachineTokens } from './machine-tokens.tsx';
import { endInWords } from './machine-words.ts';
import { RenewMachineDialog } from './renew-machine-dialog.tsx';
import { RunCode } from './run-code.tsx';

export function MachinePage({ vmId }: { vmId: string }) {
  const { data: machine } = useSuspenseQuery(queries.machine(vmId));
  const [deleting, setDeleting] = useState<Machine | null>(null);
  const [renewing, setRenewing] = useState(false);
  const ended = isRunning(machine) ? null : 'This machine has ended already.';
  return (
    <Page
      title={machine.vm_id}
      mono
      above={<BackLink to={paths.machines()}>Machines</BackLink>}
      actions={
        <>
          <Button disabledReason={ended} onClick={() => setRenewing(true)}>
            Give more time
          </Button>
          <Button disabledReason={ended} onClick={() => setDeleting(machine)}>
            Delete machine
          </Button>
        </>
      }
    >
      {!isRunning(machine) && (
        <Notice
          tone={machine.status === 'failed' ? 'bad' : 'neutral'}
          title={machine.status === 'failed' ? 'This machine failed' : 'This machine has ended'}
        >
          {endInWords(machine)}
          {machine.ended_at && (
            <>
              , <RelativeTime at={machine.ended_at} />
            </>
          )}
          . Nothing of its disk is left. Create another to go on.
        </Notice>
      )}
      <Panel>
        <MachineFacts machine={machine} />
      </Panel>
      <RunCode machine={machine} />
      <MachineTokens machine={machine} />
      <RenewMachineDialog machine={machine} open={renewing} onClose={() => setRenewing(false)} />
      <DeleteMachineDialog machine={deleting} onClose={() => setDeleting(null)} />
    </Page>
  );
}
