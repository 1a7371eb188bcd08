import { ROLES, type RoleName } from '@instavm/contract/roles';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../api/client.ts';
import { errorInWords } from '../../api/errors.ts';
import { queries } from '../../api/queries.ts';
import type { InvitationOffer } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { AcceptInvitationForm } from './accept-invitation-form.tsx';
import { Frame } from './frame.tsx';

/** What an invitation offers, and the way in. `token` came in the address and was taken out of it before the first paint. */
export function InvitationPage({ token }: { token: string | null }) {
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api.invitationOffer(token!),
    enabled: token !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (token === null) {
    return (
      <Frame
        title="Open the whole link"
        lead="An invitation is a link that ends with #token= and 43 characters. A reload of this page forgets it, so that nobody else finds it here: open the link once more."
      />
    );
  }
  if (offer.error) {
    return (
      <Frame title="This invitation does not work">
        <Notice tone="bad" alert title={errorInWords(offer.error)} />
        <div>
          <Link to={paths.signIn()} className={buttonClass()}>
            Sign in instead
          </Link>
        </div>
      </Frame>
    );
  }
  if (!offer.data) return <Frame title="Reading the invitation" />;
  return <Offer token={token} offer={offer.data} />;
}

function Offer({ token, offer }: { token: string; offer: InvitationOffer }) {
  const { data: person } = useSuspenseQuery(queries.session());
  const role = ROLES[offer.role as RoleName];
  const isTheirs = person?.email === offer.email;
  return (
    <Frame
      title={`Join ${offer.account_name}`}
      lead={
        <>
          {offer.invited_by} invites <strong className="text-ink">{offer.email}</strong> as{' '}
          <strong className="text-ink">{role.title.toLowerCase()}</strong>. {role.meaning} The invitation ends{' '}
          <RelativeTime at={offer.expires_at} />.
        </>
      }
    >
      {person && !isTheirs && (
        <Notice tone="warn" title={`You are signed in as ${person.email}`}>
          Accepting signs you in as {offer.email} instead.
        </Notice>
      )}
      <AcceptInvitationForm
        token={token}
        needs={isTheirs ? 'nothing' : offer.person_exists ? 'password' : 'person'}
      />
    </Frame>
  );
}
