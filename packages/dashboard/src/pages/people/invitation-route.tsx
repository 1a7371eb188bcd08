import { createLazyRoute, useRouteContext } from '@tanstack/react-router';
import { InvitationPage } from './invitation-page.tsx';

export const invitationRoute = createLazyRoute('/invitation')({ component: InvitationRoute });

function InvitationRoute() {
  return <InvitationPage token={useRouteContext({ from: '/invitation' }).setupToken} />;
}
