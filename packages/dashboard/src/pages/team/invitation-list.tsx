import { ROLES } from '@instavm/contract/roles';
import { api } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import type { Invitation } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { useTeamAct } from './team-acts.ts';

export function InvitationList(props: { invitations: Invitation[]; refusal: string | null }) {
  const revoke = useTeamAct(api.revokeInvitation, [queries.invitations().queryKey]);
  return (
    <ul className="flex flex-col divide-y divide-line">
      {props.invitations.map(({ id, email, role, expires_at }) => (
        <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-2 first:pt-0 last:pb-0">
          <div className="min-w-0">
            <p className="wrap-anywhere font-medium">{email}</p>
            <p className="text-small text-soft">
              {ROLES[role].title}, ends <RelativeTime at={expires_at} />
            </p>
          </div>
          <Button
            size="small"
            aria-label={`Revoke the invitation of ${email}`}
            disabledReason={props.refusal}
            onClick={() => revoke.mutate(id)}
          >
            Revoke
          </Button>
        </li>
      ))}
    </ul>
  );
}
