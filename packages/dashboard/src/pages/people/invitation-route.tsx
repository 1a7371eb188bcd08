import { createLazyRoute, useRouteContext } from '@tanstack/react-router';
import { InvitationPage } from './invitation-page.tsx';
import { useLinkToken } from './use-link-token.ts';

export const invitationRoute = createLazyRoute('/invitation')({ component: InvitationRoute });

function InvitationRoute() {
  const { token, opened } = useLinkToken(useRouteContext({ from: '/invitation' }).setupToken);
  return <InvitationPage key={opened} token={token} />;
}
