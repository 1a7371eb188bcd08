import { useSuspenseQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { queries } from '../../api/queries.ts';
import { useRefusal } from '../../app/use-refusal.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { InvitationList } from './invitation-list.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberTable } from './member-table.tsx';
import { NewServiceAccountDialog } from './new-service-account-dialog.tsx';
import { ServiceAccountTable } from './service-account-table.tsx';

/** Who is in the account, who was asked in, and what owns keys in nobody's name. */
export function TeamPage() {
  const { data: invitations } = useSuspenseQuery(queries.invitations());
  const { data: services } = useSuspenseQuery(queries.serviceAccounts());
  const refusal = useRefusal('members:write');
  const [inviting, setInviting] = useState(false);
  const [making, setMaking] = useState(false);
  return (
    <Page
      title="Team"
      lead="What somebody's role does not allow, no key of theirs can do either. A change holds from the next request on."
      actions={
        <Button look="primary" disabledReason={refusal} onClick={() => setInviting(true)}>
          <UserPlus size={16} aria-hidden /> Invite
        </Button>
      }
    >
      <Panel title="Members">
        <MemberTable refusal={refusal} />
      </Panel>
      {invitations.length > 0 && (
        <Panel title="Open invitations">
          <InvitationList invitations={invitations} refusal={refusal} />
        </Panel>
      )}
      <Panel
        title="Service accounts"
        aside={
          <Button size="small" disabledReason={refusal} onClick={() => setMaking(true)}>
            Create a service account
          </Button>
        }
      >
        {services.length === 0 ? (
          <p className="text-soft">
            None yet. A service account owns keys in nobody's name, so they go on when the person who made
            them leaves.
          </p>
        ) : (
          <ServiceAccountTable services={services} refusal={refusal} />
        )}
      </Panel>
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
      <NewServiceAccountDialog open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}
