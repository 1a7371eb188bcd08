import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../../api/queries.ts';
import type { Account } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/page.tsx';
import { CloseAccountDialog } from './close-account-dialog.tsx';
import { leaveRefusal } from './ending-words.ts';
import { LeaveAccountDialog } from './leave-account-dialog.tsx';

/** The ways out of an account, and its end. */
export function DangerZone({ account }: { account: Account }) {
  const { data: me } = useSuspenseQuery(queries.session());
  const { data: members } = useQuery(queries.members());
  const [leaving, setLeaving] = useState(false);
  const [closing, setClosing] = useState(false);
  const own = members?.find(({ person_id }) => person_id === me?.id);
  return (
    <Panel title="Danger zone">
      <div className="flex flex-col divide-y divide-line">
        <Ending
          title="Leave this account"
          meaning="You can do nothing in it from then on. It goes on without you."
          action={
            <Button
              disabledReason={own && members ? leaveRefusal(own, members) : 'Looking who is in it.'}
              onClick={() => setLeaving(true)}
            >
              Leave account
            </Button>
          }
        />
        <Ending
          title="Close this account"
          meaning="For good and for everybody: its API keys and machines end, its members are out."
          action={
            <Button
              look="danger"
              disabledReason={account.role === 'owner' ? null : 'Only an owner closes the account.'}
              onClick={() => setClosing(true)}
            >
              Close account
            </Button>
          }
        />
      </div>
      <LeaveAccountDialog
        account={account}
        member={own ?? null}
        open={leaving}
        onClose={() => setLeaving(false)}
      />
      <CloseAccountDialog account={account} open={closing} onClose={() => setClosing(false)} />
    </Panel>
  );
}

function Ending(props: { title: string; meaning: string; action: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 py-4 first:pt-0 last:pb-0">
      <div className="min-w-0">
        <h3 className="font-medium text-body">{props.title}</h3>
        <p className="text-small text-soft">{props.meaning}</p>
      </div>
      {props.action}
    </div>
  );
}
